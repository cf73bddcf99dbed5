//! Actions of every sort, for properties; each compiles.

use proptest::prelude::*;

use crate::facts::{Kind, RecordKind};
use crate::rule::action::{ActionSpec, CreateLead, LinkRecords, Ties};
use crate::rule::known::{CreateContact, CreateOrganization};
use crate::rule::owner::{ChooseOwner, Kinds, Members, Owner};
use crate::rule::period::Period;
use crate::rule::sending::{AutoReply, Forward, Notify};
use crate::rule::texts::Texts;
use crate::rule::ticket::{CreateTicket, Priority, TicketChange, TicketStatus};
use crate::rule::work::MessageStatus;

/// The name of the list of people among whom owners are chosen.
pub(super) const TEAM: &str = "team";

/// A template over the facts.
fn template() -> impl Strategy<Value = String> {
    let templates = vec![
        "{{ subject }}",
        "{{ sender.last_name | upper }} {{ sender.domain }}",
        "{% if kind == 'bulk' %}many{% else %}{{ new_text | truncate(40) }}{% endif %}",
        "{{ form['Your name'] | default(from[0].name) }}",
        "{{ detail.company }}: {{ header['X-Foo'] }}",
        "plain, with \"quotes\" and: a colon",
        "~",
        "{{ text }}{{ to }}{{ date }}",
    ];
    prop::sample::select(templates).prop_map(str::to_owned)
}

fn maybe_template() -> impl Strategy<Value = Option<String>> {
    prop::option::of(template())
}

fn email() -> impl Strategy<Value = String> {
    let emails = vec!["anna@example.com", "bob@ours.example", "C.D@Ours.example"];
    prop::sample::select(emails).prop_map(str::to_owned)
}

fn emails() -> impl Strategy<Value = Texts> {
    prop::collection::vec(email(), 1..4).prop_map(Texts)
}

fn priority() -> impl Strategy<Value = Priority> {
    prop::sample::select(vec![
        Priority::Low,
        Priority::Normal,
        Priority::High,
        Priority::Urgent,
    ])
}

fn owner() -> impl Strategy<Value = Owner> {
    let of = prop::collection::vec(prop::sample::select(RecordKind::ALL.to_vec()), 1..3);
    let members = prop_oneof![
        emails().prop_map(Members::People),
        Just(Members::Lists(Texts::from(TEAM))),
    ];
    let otherwise = prop::option::of(prop_oneof![email(), Just("{{ sender.email }}".to_owned())]);
    let chosen = (
        of,
        prop::option::of(members),
        otherwise,
        0..4u32,
        any::<bool>(),
    )
        .prop_map(|(of, members, otherwise, at_most, busy)| {
            let at_most = (at_most > 0 && members.is_some()).then_some(at_most);
            let (round_robin, least_busy) = if busy {
                (None, members)
            } else {
                (members, None)
            };
            Owner::Chosen(Box::new(ChooseOwner {
                of: Kinds(of),
                round_robin,
                least_busy,
                at_most,
                otherwise,
            }))
        });
    prop_oneof![
        email().prop_map(Owner::Named),
        Just(Owner::Named("{{ to[0].email }}".to_owned())),
        chosen,
    ]
}

fn kinds() -> impl Strategy<Value = Option<Vec<Kind>>> {
    prop::option::of(Just(vec![Kind::Personal, Kind::Bulk]))
}

fn making() -> impl Strategy<Value = ActionSpec> {
    let fields = || (maybe_template(), maybe_template(), maybe_template());
    let rest = || (prop::option::of(owner()), kinds());
    prop_oneof![
        (fields(), fields(), rest()).prop_map(|((a, b, c), (d, e, f), (owner, kinds))| {
            ActionSpec::CreateLead(Box::new(CreateLead {
                first_name: a,
                last_name: b,
                company: c,
                email: d,
                title: e,
                description: f,
                owner,
                kinds,
                ..CreateLead::default()
            }))
        }),
        (fields(), priority(), rest()).prop_map(|((title, description, _), priority, rest)| {
            ActionSpec::CreateTicket(Box::new(CreateTicket {
                title,
                description,
                owner: rest.0,
                priority,
                kinds: rest.1,
            }))
        }),
        (fields(), rest()).prop_map(|((name, domain, phone), (owner, kinds))| {
            ActionSpec::CreateOrganization(Box::new(CreateOrganization {
                name,
                domain,
                phone,
                owner,
                kinds,
            }))
        }),
        (fields(), fields(), rest()).prop_map(|((a, b, c), (d, e, _), (owner, kinds))| {
            ActionSpec::CreateContact(Box::new(CreateContact {
                first_name: a,
                last_name: b,
                email: c,
                phone: d,
                organization: e,
                owner,
                kinds,
            }))
        }),
    ]
}

fn sending() -> impl Strategy<Value = ActionSpec> {
    let told = prop_oneof![
        emails(),
        Just(Texts(vec!["owner".to_owned(), "assignee".to_owned()])),
    ];
    prop_oneof![
        (told, maybe_template()).prop_map(|(to, text)| ActionSpec::Notify(Notify { to, text })),
        (emails(), any::<bool>())
            .prop_map(|(to, even_weak)| ActionSpec::Forward(Forward { to, even_weak })),
        (maybe_template(), template(), 1..40u32, 1..200u32).prop_map(
            |(subject, text, days, at_most)| {
                ActionSpec::AutoReply(Box::new(AutoReply {
                    subject,
                    text,
                    from: (days > 20).then(|| "info@ours.example".to_owned()),
                    once_in: Period::days(days),
                    at_most,
                }))
            }
        ),
    ]
}

fn working() -> impl Strategy<Value = ActionSpec> {
    let statuses = vec![
        MessageStatus::Open,
        MessageStatus::Pending,
        MessageStatus::Done,
    ];
    let of_tickets = vec![
        TicketStatus::Open,
        TicketStatus::Answered,
        TicketStatus::Closed,
    ];
    prop_oneof![
        owner().prop_map(ActionSpec::Assign),
        prop::sample::select(statuses).prop_map(ActionSpec::Status),
        priority().prop_map(ActionSpec::Priority),
        (
            prop::sample::select(of_tickets),
            prop::option::of(priority())
        )
            .prop_map(|(status, priority)| {
                ActionSpec::Ticket(TicketChange {
                    status: Some(status),
                    priority,
                })
            }),
        priority().prop_map(|priority| {
            ActionSpec::Ticket(TicketChange {
                status: None,
                priority: Some(priority),
            })
        }),
    ]
}

fn marking() -> impl Strategy<Value = ActionSpec> {
    let words = || {
        let word = prop::sample::select(vec!["seen", "flagged", "$Work", "x"]);
        prop::collection::vec(word.prop_map(str::to_owned), 1..3)
    };
    let reason = || prop::option::of(prop::sample::select(vec!["noise", "~", "a: b"]));
    let owned = |reason: Option<&str>| reason.map(str::to_owned);
    prop_oneof![
        reason().prop_map(move |reason| ActionSpec::Hold(owned(reason))),
        reason().prop_map(move |reason| ActionSpec::Ignore(owned(reason))),
        words().prop_map(ActionSpec::Tag),
        words().prop_map(ActionSpec::Flag),
        words().prop_map(ActionSpec::Unflag),
        prop::sample::select(vec!["Done", "Заявки", "true"])
            .prop_map(|folder| ActionSpec::Move(folder.to_owned())),
        Just(ActionSpec::Stop),
    ]
}

/// Any action.
fn action() -> impl Strategy<Value = ActionSpec> {
    let kinds = prop::collection::vec(prop::sample::select(RecordKind::ALL.to_vec()), 0..3);
    let link = (kinds, prop::sample::select(vec![Ties::Ask, Ties::All]));
    prop_oneof![
        2 => link.prop_map(|(kinds, ties)| ActionSpec::Link(LinkRecords { kinds, ties })),
        4 => making(),
        3 => sending(),
        3 => working(),
        3 => marking(),
    ]
}

/// What a rule does: some actions, of which none comes after `stop`.
pub(crate) fn then() -> impl Strategy<Value = Vec<ActionSpec>> {
    prop::collection::vec(action(), 1..6).prop_map(|mut actions| {
        let stop = actions.iter().position(|one| *one == ActionSpec::Stop);
        if let Some(stop) = stop {
            actions.truncate(stop + 1);
        }
        actions
    })
}
