//! What people write about, in a few languages and scripts.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// The sentences of one language.
#[derive(Debug)]
pub(super) struct Language {
    pub(super) tag: &'static str,
    pub(super) subjects: &'static [&'static str],
    pub(super) sentences: &'static [&'static str],
}

pub(super) static LANGUAGES: [Language; 7] = [
    Language {
        tag: "en",
        subjects: &[
            "Quote for order",
            "Question about invoice",
            "Broken part in delivery",
            "Meeting about contract",
        ],
        sentences: &[
            "Could you please send us an offer for twenty units of the blue one?",
            "The parcel arrived on Tuesday, but the second box was open.",
            "We would like to pay by bank transfer within thirty days.",
            "Our technician will be on site from nine o'clock.",
            "Please call me back; my number is in the signature below.",
            "I attach the drawing with the measures we talked about.",
        ],
    },
    Language {
        tag: "de",
        subjects: &[
            "Anfrage über Stückzahl",
            "Rückfrage zur Rechnung",
            "Änderung der Lieferadresse",
            "Größentabelle",
        ],
        sentences: &[
            "Könnten Sie uns bitte bis Freitag ein Angebot über zwölf Stück schicken?",
            "Die Maße weichen um fünf Millimeter von der Zeichnung ab.",
            "Für Rückfragen stehe ich Ihnen gern zur Verfügung.",
            "Wir müssen die Lieferung leider auf nächste Woche verschieben.",
        ],
    },
    Language {
        tag: "fr",
        subjects: &[
            "Demande de devis",
            "Réclamation au sujet de la commande",
            "Facture reçue à tort",
        ],
        sentences: &[
            "Pourriez-vous nous faire parvenir votre meilleur prix ?",
            "Le modèle reçu n'est pas celui que nous avions commandé.",
            "Nous sommes très intéressés par vos nouveautés de l'été.",
        ],
    },
    Language {
        tag: "es",
        subjects: &[
            "Petición de catálogo",
            "¿Cuándo llega el pedido?",
            "Avería en la máquina",
        ],
        sentences: &[
            "¿Nos pueden enviar el catálogo del año que viene?",
            "La máquina se paró ayer y no vuelve a arrancar.",
            "Quedamos a la espera de su respuesta.",
        ],
    },
    Language {
        tag: "ja",
        subjects: &["お見積りのお願い", "納期のご相談", "請求書について"],
        sentences: &[
            "先日ご案内いただいた製品について、見積書をお送りいただけますでしょうか。",
            "納期は来月の十日頃を希望しております。",
            "お忙しいところ恐れ入りますが、よろしくお願いいたします。",
        ],
    },
    Language {
        tag: "ru",
        subjects: &["Запрос цены", "Вопрос по договору", "Повреждённая посылка"],
        sentences: &[
            "Пришлите, пожалуйста, коммерческое предложение на десять штук.",
            "Посылка пришла повреждённой, фотографии во вложении.",
            "Будем рады сотрудничеству.",
        ],
    },
    Language {
        tag: "ar",
        subjects: &["طلب عرض سعر", "استفسار عن الفاتورة"],
        sentences: &[
            "نرجو إرسال عرض سعر لعشرين قطعة.",
            "وصلت الشحنة متأخرة أسبوعًا.",
            "شكرًا لكم على حسن تعاونكم.",
        ],
    },
];

/// One of them.
pub(super) fn one(rng: &mut StdRng, phrases: &[&'static str]) -> &'static str {
    phrases.choose(rng).copied().unwrap_or_default()
}
