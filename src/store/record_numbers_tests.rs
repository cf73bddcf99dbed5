use entities::ids::{LeadId, TicketId};
use entities::record_kind::RecordKind;

use super::{of_lead, of_ticket, read};

#[test]
fn what_is_shown_is_read_again() {
    assert_eq!(read(&of_lead(LeadId(12))), Some((RecordKind::Lead, 12)));
    assert_eq!(read(&of_ticket(TicketId(7))), Some((RecordKind::Ticket, 7)));
    assert_eq!(read("t-7"), Some((RecordKind::Ticket, 7)));
}

#[test]
fn what_is_no_number_is_not_read() {
    for written in [
        "",
        "L",
        "L-",
        "L-0",
        "L-007",
        "L-7b",
        "X-7",
        "L--7",
        "L-99999999999999999999",
    ] {
        assert_eq!(read(written), None, "{written}");
    }
}
