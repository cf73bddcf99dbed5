//! Which column is what, by its header in English, Italian, Polish, Portuguese or Romanian.

use super::source::CsvError;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    FirstName,
    LastName,
    FullName,
    Email,
    OtherEmails,
    Organization,
    Domains,
    Phone,
    ExternalId,
    Owner,
}

/// Headers as [`plain`] leaves them: without case, accents, spaces and marks.
const HEADERS: [(Column, &[&str]); 10] = [
    (
        Column::FirstName,
        &[
            "firstname",
            "first",
            "givenname",
            "forename",
            "nome",
            "primonome",
            "imie",
            "prenume",
            "primeironome",
            "nomeproprio",
        ],
    ),
    (
        Column::LastName,
        &[
            "lastname",
            "last",
            "surname",
            "familyname",
            "cognome",
            "nazwisko",
            "nume",
            "numedefamilie",
            "apelido",
            "sobrenome",
            "ultimonome",
        ],
    ),
    (
        Column::FullName,
        &[
            "name",
            "fullname",
            "displayname",
            "contactname",
            "nomecompleto",
            "nomecognome",
            "nomeecognome",
            "imieinazwisko",
            "imienazwisko",
            "numecomplet",
            "numesiprenume",
        ],
    ),
    (
        Column::Email,
        &[
            "email",
            "emailaddress",
            "email1",
            "email1value",
            "mail",
            "mailaddress",
            "primaryemail",
            "emailprimary",
            "workemail",
            "indirizzoemail",
            "indirizzodipostaelettronica",
            "postaelettronica",
            "adresemail",
            "adresmailowy",
            "adrespocztyelektronicznej",
            "correioeletronico",
            "enderecodeemail",
            "enderecoeletronico",
            "adresaemail",
            "adresadeemail",
        ],
    ),
    (
        Column::OtherEmails,
        &[
            "otheremails",
            "otheremail",
            "otheremailaddresses",
            "secondaryemail",
            "alternativeemail",
            "alternateemail",
            "additionalemails",
            "email2",
            "email2value",
            "email3",
            "email3value",
            "personalemail",
            "altreemail",
            "altraemail",
            "emailsecondaria",
            "altriindirizziemail",
            "inneemaile",
            "innyemail",
            "inneadresyemail",
            "dodatkowyemail",
            "dodatkoweemaile",
            "outrosemails",
            "outroemail",
            "emailsecundario",
            "alteemailuri",
            "altemail",
            "emailsecundar",
        ],
    ),
    (
        Column::Organization,
        &[
            "organization",
            "organisation",
            "organizationname",
            "company",
            "companyname",
            "account",
            "accountname",
            "employer",
            "azienda",
            "societa",
            "ragionesociale",
            "organizzazione",
            "ditta",
            "firma",
            "nazwafirmy",
            "organizacja",
            "przedsiebiorstwo",
            "empresa",
            "nomedaempresa",
            "organizacao",
            "companie",
            "organizatie",
            "societate",
            "denumirefirma",
        ],
    ),
    (
        Column::Domains,
        &[
            "domain",
            "domains",
            "maildomain",
            "emaildomain",
            "emaildomains",
            "companydomain",
            "companydomains",
            "organizationdomain",
            "organizationdomains",
            "dominio",
            "domini",
            "dominioemail",
            "dominios",
            "domena",
            "domeny",
            "domeniu",
            "domenii",
        ],
    ),
    (
        Column::Phone,
        &[
            "phone",
            "phonenumber",
            "phone1value",
            "telephone",
            "telephonenumber",
            "tel",
            "mobile",
            "mobilephone",
            "businessphone",
            "workphone",
            "telefono",
            "numeroditelefono",
            "cellulare",
            "telefon",
            "numertelefonu",
            "nrtelefonu",
            "telefonkomorkowy",
            "komorka",
            "telefone",
            "numerodetelefone",
            "telemovel",
            "celular",
            "numardetelefon",
            "telefonmobil",
        ],
    ),
    (
        Column::ExternalId,
        &[
            "externalid",
            "id",
            "contactid",
            "recordid",
            "crmid",
            "contactnumber",
            "contactno",
            "idesterno",
            "codice",
            "idcontatto",
            "idzewnetrzne",
            "identyfikator",
            "idkontaktu",
            "idexterno",
            "idcontato",
            "idextern",
            "idcontact",
        ],
    ),
    (
        Column::Owner,
        &[
            "owner",
            "owneremail",
            "contactowner",
            "assignedto",
            "assegnatoa",
            "proprietario",
            "responsabile",
            "wlasciciel",
            "opiekun",
            "przypisanydo",
            "przydzielonydo",
            "proprietar",
            "responsabil",
            "responsavel",
            "atribuidoa",
        ],
    ),
];

/// The columns of a file in their order; `None` for one that means nothing.
pub(super) struct Columns {
    pub(super) columns: Vec<Option<Column>>,
    pub(super) ignored: Vec<String>,
}

impl Columns {
    /// Reads the header. It must have an e-mail column, or an external id to know contacts by.
    pub(super) fn read(header: &[String]) -> Result<Self, CsvError> {
        let columns: Vec<Option<Column>> = header.iter().map(|text| column(text)).collect();
        if columns.iter().all(Option::is_none) && header.iter().any(|text| text.contains('@')) {
            return Err(CsvError::NoHeader);
        }
        if !columns
            .iter()
            .flatten()
            .any(|column| matches!(column, Column::Email | Column::ExternalId))
        {
            let shown: Vec<&str> = header.iter().take(30).map(|text| text.trim()).collect();
            return Err(CsvError::NoEmailColumn(shown.join(", ")));
        }
        let ignored = header
            .iter()
            .zip(&columns)
            .filter(|(text, column)| column.is_none() && !text.trim().is_empty());
        let ignored = ignored.map(|(text, _)| text.trim().to_owned()).collect();
        Ok(Self { columns, ignored })
    }
}

fn column(header: &str) -> Option<Column> {
    let plain = plain(header);
    HEADERS
        .into_iter()
        .find(|(_, names)| names.contains(&plain.as_str()))
        .map(|(column, _)| column)
}

/// `Adres e-mail ` → `adresemail`, `Imię` → `imie`.
fn plain(header: &str) -> String {
    header
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|letter| {
            let letter = match letter {
                'à' | 'á' | 'â' | 'ã' | 'ä' | 'ă' | 'ą' => 'a',
                'ç' | 'ć' => 'c',
                'è' | 'é' | 'ê' | 'ë' | 'ę' => 'e',
                'ì' | 'í' | 'î' | 'ï' => 'i',
                'ł' => 'l',
                'ń' | 'ñ' => 'n',
                'ò' | 'ó' | 'ô' | 'õ' | 'ö' => 'o',
                'ś' | 'ș' | 'ş' => 's',
                'ț' | 'ţ' => 't',
                'ù' | 'ú' | 'û' | 'ü' => 'u',
                'ź' | 'ż' => 'z',
                other => other,
            };
            letter.is_alphanumeric().then_some(letter)
        })
        .collect()
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
