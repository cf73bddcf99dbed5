use super::plain;

#[test]
fn a_name_leads_nowhere() {
    for (written, name) in [
        ("a.pdf", "a.pdf"),
        ("/etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\x\\", "x"),
        ("..", ""),
        ("  ", ""),
        ("a\r\nb\0.txt", "ab.txt"),
        ("x\u{202E}gpj.exe", "xgpj.exe"),
    ] {
        assert_eq!(plain(written), name, "{written:?}");
    }
    assert_eq!(plain(&"x".repeat(999)).len(), 255);
}
