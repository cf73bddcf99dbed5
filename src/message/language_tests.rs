use super::of;

#[test]
fn each_language_is_told() {
    for (text, language) in [
        (
            "Good morning, we would like to receive an offer for twenty chairs and four tables for our office.",
            "en",
        ),
        (
            "Buongiorno, vorremmo ricevere un preventivo per venti sedie e quattro tavoli per il nostro ufficio.",
            "it",
        ),
        (
            "Dzień dobry, prosimy o przesłanie oferty na dwadzieścia krzeseł i cztery stoły do naszego biura.",
            "pl",
        ),
        (
            "Bom dia, gostaríamos de receber um orçamento para vinte cadeiras e quatro mesas para o nosso escritório.",
            "pt",
        ),
        (
            "Bună ziua, am dori să primim o ofertă pentru douăzeci de scaune și patru mese pentru biroul nostru.",
            "ro",
        ),
        (
            "Guten Tag, wir hätten gerne ein Angebot über zwanzig Stühle und vier Tische für unser Büro.",
            "de",
        ),
        (
            "Bonjour, nous souhaiterions recevoir un devis pour vingt chaises et quatre tables pour notre bureau.",
            "fr",
        ),
        (
            "Buenos días, nos gustaría recibir un presupuesto de veinte sillas y cuatro mesas para nuestra oficina.",
            "es",
        ),
    ] {
        assert_eq!(of(text).as_deref(), Some(language), "{text}");
    }
}

#[test]
fn a_sentence_is_enough_where_its_words_tell() {
    for (text, language) in [
        (
            "Buongiorno, vorremmo ricevere un preventivo per venti sedie da ufficio.",
            Some("it"),
        ),
        (
            "Buongiorno, vorremmo un preventivo per dieci scrivanie.",
            Some("it"),
        ),
        (
            "Do you deliver to Austria and at which price please would you?",
            Some("en"),
        ),
        (
            "Quotation 2026 Bologna Milano Torino Roma Napoli Palermo Genova",
            None,
        ),
    ] {
        assert_eq!(of(text).as_deref(), language, "{text}");
    }
}

#[test]
fn neighbours_are_told_from_each_other() {
    for (text, language) in [
        (
            "Bon dia, voldria rebre un pressupost per a vint cadires i quatre taules per a la nostra oficina de Girona. Moltes gràcies per la vostra ajuda i fins aviat.",
            "ca",
        ),
        (
            "Goedendag, wij willen graag een offerte ontvangen voor twintig stoelen en vier tafels voor ons kantoor in Utrecht. Kunt u ons laten weten wat de levertijd is?",
            "nl",
        ),
        (
            "Dobrý den, chtěli bychom dostat nabídku na dvacet židlí a čtyři stoly do naší kanceláře. Děkujeme a těšíme se na vaši odpověď.",
            "cs",
        ),
        (
            "Buongiorno, abbiamo visto le vostre sedie alla fiera di Milano e ci piacerebbe ricevere il listino con i prezzi per la nostra sede.",
            "it",
        ),
        (
            "Hola, hemos visto sus sillas en la feria y nos gustaría recibir la lista de precios con los plazos de entrega para nuestra sede.",
            "es",
        ),
    ] {
        assert_eq!(of(text).as_deref(), Some(language), "{text}");
    }
}

#[test]
fn too_little_text_is_of_no_language() {
    for text in [
        "",
        "Buongiorno, grazie",
        "https://example.com/a/very/long/address/of/a/page/that/is/no/language",
    ] {
        assert_eq!(of(text), None);
    }
}
