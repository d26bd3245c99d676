"""Medicines: each name finds its own, misspelt names are mended, look-alikes never are."""

import pytest

from bot.care.screening import Answers, Medicine, Medicines, Status, judge, merge, read_answers
from bot.knowledge.medicines import load_medicines
from bot.knowledge.yaml_source import PackError
from tests.screening_fixtures import CLINICS, medicines, protocols
from tests.timing import milliseconds

# (as written, the classes it counts as)
CLASSES = [
    ("Eliquis", {"anticoagulant"}), ("eliqus", {"anticoagulant"}), ("elliquis", {"anticoagulant"}),
    ("apixiban", {"anticoagulant"}), ("Xarelto", {"anticoagulant"}), ("xeralto", {"anticoagulant"}),
    ("zarelto", {"anticoagulant"}), ("rivaroxiban", {"anticoagulant"}),
    ("warfarin", {"anticoagulant"}), ("warfrin", {"anticoagulant"}),
    ("warferin", {"anticoagulant"}),
    ("coumadin", {"anticoagulant"}), ("cumadin", {"anticoagulant"}), ("pradaxa", {"anticoagulant"}),
    ("lovenox", {"anticoagulant"}), ("blood thinners", {"anticoagulant"}),
    ("Plavix", {"antiplatelet"}), ("plavex", {"antiplatelet"}), ("clopidogril", {"antiplatelet"}),
    ("aspirin", {"aspirin"}), ("asprin", {"aspirin"}), ("baby aspirin", {"aspirin"}),
    ("Accutane", {"retinoid", "photosensitizer"}), ("acutane", {"retinoid", "photosensitizer"}),
    ("isotretnoin", {"retinoid", "photosensitizer"}), ("tretinoin", {"retinoid"}),
    ("tretinon", {"retinoid"}), ("Retin-A", {"retinoid"}), ("retinol", {"retinoid"}),
    ("prednisone", {"steroid"}), ("predinsone", {"steroid"}), ("prednizone", {"steroid"}),
    ("medrol dose pack", {"steroid"}), ("prednisolone", {"steroid"}),
    ("hydrocortisone cream", {"steroid_cream"}), ("hydrocortizone cream", {"steroid_cream"}),
    ("doxycycline", {"antibiotic", "photosensitizer"}),
    ("doxicycline", {"antibiotic", "photosensitizer"}),
    ("doxycyclin", {"antibiotic", "photosensitizer"}),
    ("minocycline", {"antibiotic", "photosensitizer"}),
    ("minocyclin", {"antibiotic", "photosensitizer"}), ("amoxicilin", {"antibiotic"}),
    ("the pill", {"other_medicine", "may_photosensitize"}),
    ("HRT", {"other_medicine", "may_photosensitize"}),
    ("ibuprofen", {"nsaid", "may_photosensitize"}), ("ibuprophen", {"nsaid", "may_photosensitize"}),
    ("advil", {"nsaid", "may_photosensitize"}), ("St John's wort", {"photosensitizer"}),
    ("water pills", {"photosensitizer"}), ("tylonol", {"other_medicine"}),
    ("humira", {"immune_weak"}),
    ("lantus", {"diabetes_insulin"}),
]  # fmt: skip

# Names that are confused in practice: the first must never be read as the second.
LOOK_ALIKES = [
    ("prednisolone", "prednisone"), ("prednisone", "prednisolone"), ("hydralazine", "hydroxyzine"),
    ("hydroxyzine", "hydralazine"), ("hydrochlorothiazide", "hydroxychloroquine"),
    ("hydrocodone", "hydrocortisone"), ("hydrocortisone", "hydrocodone"), ("celexa", "celebrex"),
    ("celebrex", "celexa"), ("cerebyx", "celebrex"), ("cerebyx", "celexa"), ("lamisil", "lamictal"),
    ("lamictal", "lamisil"), ("zyrtec", "zyprexa"), ("zantac", "xanax"), ("zantac", "zyrtec"),
    ("clonidine", "klonopin"), ("clonazepam", "clonidine"), ("metformin", "metronidazole"),
    ("metronidazole", "metformin"), ("paxil", "plavix"), ("paxil", "taxol"), ("taxol", "taxotere"),
    ("doxepin", "doxycycline"), ("dicyclomine", "doxycycline"), ("doxazosin", "doxepin"),
    ("minoxidil", "minocycline"), ("minocycline", "minoxidil"), ("accupril", "accutane"),
    ("accolate", "accutane"), ("accutane", "accupril"), ("tretinoin", "isotretinoin"),
    ("isotretinoin", "tretinoin"), ("acitretin", "tretinoin"), ("advair", "advil"),
    ("advil", "advair"), ("avandia", "advil"), ("avandia", "coumadin"), ("cardura", "coumadin"),
    ("cordarone", "coumadin"), ("cardura", "cordarone"), ("savella", "savaysa"),
    ("savaysa", "savella"), ("elidel", "eliquis"), ("eligard", "eliquis"), ("tramadol", "toradol"),
    ("toradol", "tramadol"), ("trazodone", "tramadol"), ("demerol", "medrol"),
    ("toprol", "tegretol"),
    ("metoprolol", "misoprostol"), ("metoclopramide", "metoprolol"), ("nimodipine", "nifedipine"),
    ("nicardipine", "nifedipine"), ("amlodipine", "amiloride"), ("amiloride", "amlodipine"),
    ("losec", "lasix"), ("lasix", "losec"), ("luvox", "lovenox"), ("lotronex", "lovenox"),
    ("azathioprine", "azithromycin"), ("azithromycin", "azathioprine"),
    ("methotrexate", "metolazone"),
    ("methimazole", "metolazone"), ("methylphenidate", "methylprednisolone"),
    ("medroxyprogesterone", "methylprednisolone"), ("fluconazole", "fluticasone"),
    ("fluoxetine", "fluvoxamine"), ("duloxetine", "fluoxetine"), ("paroxetine", "piroxicam"),
    ("levofloxacin", "levothyroxine"), ("rosuvastatin", "rivaroxaban"), ("quinidine", "quinine"),
    ("rifaximin", "rifampin"), ("sulfasalazine", "sulfadiazine"), ("sulfadiazine", "sulfasalazine"),
    ("cyclosporine", "cycloserine"), ("cycloserine", "cyclosporine"),
    ("chlorpropamide", "chlorpromazine"),
    ("dextromethorphan", "dexamethasone"), ("pantoprazole", "propranolol"), ("ritalin", "retin-a"),
    ("actonel", "actos"), ("zocor", "cozaar"), ("zovia", "zovirax"), ("flomax", "fosamax"),
    ("brintellix", "brilinta"), ("kemadrin", "coumadin"), ("colchicine", "cortisone"),
    ("bupropion", "buspirone"), ("lodine", "iodine"), ("penicillamine", "penicillin"),
    ("warfilone", "clarithromycin"), ("lisinopril", "losartan"), ("prograf", "prozac"),
]  # fmt: skip

ORDINARY = ["alive and well", "differing views", "a retina scan", "the station", "aspiring to walk",
            "bacterium", "I went to a concert", "clarity", "my sleeve", "reflex", "program",
            "syndrome", "brilliant", "an asteroid", "static", "restore"]  # fmt: skip


def found_in(text: str) -> list[Medicine]:
    return [mention.medicine for mention in medicines().find(text.lower())]


@pytest.mark.table
@pytest.mark.parametrize(("written", "classes"), CLASSES, ids=[row[0] for row in CLASSES])
def test_a_name_counts_as_its_classes(written: str, classes: set[str]) -> None:
    answers = read_answers(written, medicines(), "medicines")
    assert {f for f, status in answers.findings.items() if status is Status.YES} == classes


@pytest.mark.table
@pytest.mark.parametrize(("written", "other"), LOOK_ALIKES, ids=[" ".join(p) for p in LOOK_ALIKES])
def test_one_medicine_never_turns_into_another(written: str, other: str) -> None:
    assert not set(found_in(other)) & set(found_in(written)) or _same_entry(written, other)


def _same_entry(one: str, other: str) -> bool:
    """Only two names that the list itself gives to one medicine are the same medicine."""
    names = medicines().by_name
    return one in names and names.get(one) == names.get(other)


@pytest.mark.table
@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_word_is_no_medicine(text: str) -> None:
    assert found_in(text) == []


def test_every_name_on_the_list_finds_its_own_medicine() -> None:
    for name, medicine in medicines().by_name.items():
        assert found_in(name)[0] == medicine, name


def test_a_letter_off_never_leads_to_a_third_medicine() -> None:
    """Every name with one letter left out is itself, or nothing: never somebody else's."""
    names = medicines().by_name
    for name, medicine in names.items():
        for cut in range(1, len(name)):
            typed = name[:cut] + name[cut + 1 :]
            if " " not in name and typed not in names:
                mended = medicines().mend(typed)
                assert mended is None or medicine.name in mended.name, (name, typed)


def test_a_medicine_on_no_list_is_never_harmless() -> None:
    fine = {"veins": "spider veins on my legs", "pregnancy": "no", "clotting": "no",
            "allergies": "no", "illnesses": "no", "age": "40"}  # fmt: skip
    answers = Answers()
    for question, text in fine.items():
        answers = merge(answers, read_answers(text, medicines(), question))
    for text, outcome in (("zyloprasin", "needs_clinician"), ("metformin", "likely_suitable")):
        told = merge(answers, read_answers(text, medicines(), "medicines"))
        assert judge(protocols()["glamour"].screening, told).outcome == outcome


def test_two_medicines_that_are_equally_near_are_neither() -> None:
    nsaid = Medicine("one", ("nsaid",))
    listed = Medicines.of([(nsaid, ["lovanox"]), (Medicine("two"), ["lovinox"])])
    assert listed.mend("lovenox") is None
    with pytest.raises(ValueError, match="two medicines"):
        Medicines.of([(Medicine("one"), ["same"]), (Medicine("two"), ["same"])])


@pytest.mark.parametrize(
    "piece",
    ["blorbizone predinson and ", "no don't ", "no i don't", "a", "thin red ", "no: ", "1 "],
)
def test_a_long_message_is_read_quickly(piece: str) -> None:
    text = (piece * 1000)[:999] + "x"
    assert milliseconds(lambda: read_answers(text, medicines(), "medicines"), 1_000) < 1_000


def test_a_mistake_in_the_list_is_named(tmp_path: object) -> None:
    path = CLINICS / "medicines.yml"
    folder = tmp_path
    copy = type(path)(str(folder)) / "medicines.yml"
    copy.write_text(path.read_text("utf-8").replace("[retinoid]", "[retinoids]"), "utf-8")
    with pytest.raises(PackError, match=r"medicines\.yml.*retinoids"):
        load_medicines(copy)
