use super::*;

#[test]
fn crontab_lines_are_taken() {
    for line in [
        "*/5 * * * *",
        "0 9 * * 1-5",
        "0 9 * * mon-fri",
        "30 8-18/2 1,15 * *",
        "0 0 * * 7",
        "0 0 * * 0",
        "0 0 * * fri-sun",
        "0 0 * * 5-7",
        "0 0 29 2 *",
        "0 0 * jan-mar *",
        "* * * * ?",
        "0 0 * * */2",
    ] {
        assert_eq!(check(line), Ok(()), "{line}");
    }
}

#[test]
fn what_is_wrong_is_told_by_field() {
    let cases = [
        "",
        "* * * *",
        "0 * * * * *",
        "@daily",
        "61 * * * *",
        "0 24 * * *",
        "0 0 32 * *",
        "0 0 * 13 *",
        "0 0 * * 8",
        "0 0 * * noday",
        "0 0 31 2 *",
        "0 0 30 2 *",
        "a b c d e",
        "*/0 * * * *",
        "0 0 * * 1/0",
    ];
    let told: Vec<String> = cases
        .iter()
        .map(|line| format!("{line:?}: {}", check(line).err().unwrap_or_default()))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}
