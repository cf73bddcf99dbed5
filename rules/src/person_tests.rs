use super::Person;
use crate::facts::Address;

#[test]
fn names_are_told_from_display_names_and_addresses() {
    for (name, email, first, last) in [
        ("Anna Rossi", "a@x.it", "Anna", "Rossi"),
        ("Rossi, Anna", "a@x.it", "Anna", "Rossi"),
        ("Anna Maria Rossi", "a@x.it", "Anna Maria", "Rossi"),
        ("\"Rossi, Anna\"", "a@x.it", "Anna", "Rossi"),
        ("Anna Rossi (ACME S.p.A.)", "a@x.it", "Anna", "Rossi"),
        ("  Anna   Rossi ", "a@x.it", "Anna", "Rossi"),
        ("Madonna", "m@x.com", "", "Madonna"),
        ("Dr. Hannes Reuter", "h@x.de", "Hannes", "Reuter"),
        ("Dott.ssa Anna Rossi", "a@x.it", "Anna", "Rossi"),
        ("Prof. Dr. Reuter", "h@x.de", "", "Reuter"),
        ("M Rossi", "m@x.it", "M", "Rossi"),
        ("Don Carter", "d@x.us", "Don", "Carter"),
        ("inż. Jan Nowak", "j@x.pl", "Jan", "Nowak"),
        ("Doña Inés Vega", "i@x.es", "Inés", "Vega"),
        ("ROSSI Anna", "a@x.it", "Anna", "Rossi"),
        ("Jolanta KAMIŃSKA", "j@x.pl", "Jolanta", "Kamińska"),
        ("ANNA ROSSI", "a@x.it", "Anna", "Rossi"),
        ("becs holloway", "b@x.uk", "Becs", "Holloway"),
        ("jean-marc O'BRIEN", "j@x.fr", "Jean-Marc", "O'Brien"),
        ("Gwenaëlle Le Bihan", "g@x.fr", "Gwenaëlle", "Le Bihan"),
        ("Jan van der Berg", "j@x.nl", "Jan", "van der Berg"),
        ("De Luca", "d@x.it", "De", "Luca"),
        ("JP Morel", "j@x.fr", "JP", "Morel"),
        ("Rossi,", "a@x.it", "", "Rossi"),
        ("", "anna.rossi@x.it", "Anna", "Rossi"),
        ("anna.rossi@x.it", "anna.rossi@x.it", "Anna", "Rossi"),
        ("", "anna_rossi+offers@x.it", "Anna", "Rossi"),
        ("", "info@x.it", "", "info"),
        ("", "anna.rossi.79@x.it", "", "anna.rossi.79"),
        ("", "łukasz.żak@x.pl", "Łukasz", "Żak"),
        ("(no name)", "x@x.it", "(no", "Name)"),
        ("", "", "", ""),
    ] {
        let address = Address {
            email: email.to_owned(),
            name: name.to_owned(),
        };
        let person = Person::of(&address);
        assert_eq!(
            (person.first_name.as_str(), person.last_name.as_str()),
            (first, last),
            "{name:?} <{email}>"
        );
    }
}
