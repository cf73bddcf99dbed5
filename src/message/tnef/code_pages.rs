//! Code pages of Windows by the names that charsets have in mail ([MS-UCODEREF] 2.2.1).

/// The charset of a code page; nothing for one that no text can be in.
pub(super) fn charset(code_page: u32) -> Option<String> {
    let known = match code_page {
        437 | 737 | 775 | 850..=869 => return Some(format!("ibm{code_page}")),
        1250..=1258 => return Some(format!("windows-{code_page}")),
        28_591..=28_605 => return Some(format!("iso-8859-{}", code_page - 28_590)),
        874 => "windows-874",
        932 => "shift_jis",
        936 | 20_936 => "gbk",
        949 | 51_949 => "euc-kr",
        950 => "big5",
        1200 => "utf-16le",
        1201 => "utf-16be",
        10_000 => "macintosh",
        10_007 => "x-mac-cyrillic",
        20_127 => "us-ascii",
        20_866 => "koi8-r",
        20_932 | 51_932 => "euc-jp",
        21_866 => "koi8-u",
        38_598 => "iso-8859-8-i",
        50_220..=50_222 => "iso-2022-jp",
        50_225 => "iso-2022-kr",
        52_936 => "hz-gb-2312",
        54_936 => "gb18030",
        65_000 => "utf-7",
        65_001 => "utf-8",
        _ => return None,
    };
    Some(known.to_owned())
}
