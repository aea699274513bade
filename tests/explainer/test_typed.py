"""Numbers are read as people type them; what is none gets a sentence."""
import pytest

from explainer.typed import number


@pytest.mark.parametrize("text, value, digits, last", [
    ("0.25", .25, 2, .01), ("0,25", .25, 2, .01), (" −0.5 ", -.5, 1, .1), ("-0.5", -.5, 1, .1), ("–.5", -.5, 1, .1),
    ("+3", 3, 1, 1), ("1e-3", .001, 1, .001), ("1.250E2", 125, 4, .1), ("0.0100", .01, 3, .0001), ("0", 0, 0, 1),
    ("2.1·10⁻³", .0021, 2, .0001), ("2.1*10^-3", .0021, 2, .0001), ("2,1 × 10^{-3}", .0021, 2, .0001),
    ("5.", 5, 1, 1), ("100", 100, 3, 1)])
def test_a_decimal_has_its_value_its_digits_and_the_worth_of_its_last_place(text, value, digits, last):
    typed = number(text)
    assert (typed.value, typed.digits, typed.last) == (pytest.approx(value, rel=1e-15), digits, pytest.approx(last))


@pytest.mark.parametrize("text, value", [("1/3", 1 / 3), ("−1/8", -.125), ("+ 2 / 4", .5)])
def test_a_fraction_is_exact(text, value):
    assert (number(text).value, number(text).digits) == (pytest.approx(value, rel=1e-15), None)


@pytest.mark.parametrize("text", ["", " ", "abc", "1.2.3", "1,234.5", "1,2,3", "--1", "1/0", "1/", "/", "0.5/2", "nan",
                                  "inf", "e5", ".", "-", "1e", "1e999", "٣٤", "½", "9" * 41, "1 000 x", "<b>1</b>",
                                  "1/3/5", "10^", "0x10"])
def test_what_is_no_number_is_refused_in_words(text):
    with pytest.raises(ValueError) as refused:
        number(text)
    told = str(refused.value)
    assert len(told) < 120 and not any(word in told for word in ("literal", "Fraction", "<b>"))
