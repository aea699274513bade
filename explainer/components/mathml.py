"""Our LaTeX as MathML, which browsers set by themselves, so that a saved page needs neither a network nor a script.

A converter for exactly the commands that the product writes: a table, and ValueError for anything else. KaTeX would
have to be put into every file together with its fonts.
"""
import re
from html import escape

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\s+|.", re.DOTALL)
IDENTIFIERS = {r"\alpha": "α", r"\delta": "δ", r"\sigma": "σ", r"\Delta": "Δ", r"\ln": "ln", r"\max": "max",
               r"\tanh": "tanh", r"\infty": "∞", r"\dots": "…", r"\exp": "exp"}
OPERATORS = {r"\cdot": "·", r"\approx": "≈", r"\times": "×", r"\odot": "⊙", r"\sum": "∑", r"\top": "⊤",
             r"\partial": "∂", r"\nabla": "∇", r"\lvert": "|", r"\rvert": "|", r"\le": "≤", r"\ne": "≠", "-": "−"}
SPACES = {r"\,": ".17em", r"\;": ".28em", r"\quad": "1em", r"\qquad": "2em"}
LAYOUT = {r"\big": 0, r"\textstyle": 0}         # says how large a thing is, which a printed line can do without
PRIME = '<mo lspace="0" rspace="0">′</mo>'        # the sign is raised by itself, and too small if raised again
APPLIED = (r"\ln", r"\max", r"\tanh", r"\exp")  # a little room stands behind them


def mathml(latex, block=False):
    """Return the <math> element of a formula; `block`: on a line of its own. Raises ValueError for what it lacks."""
    tokens = TOKEN.findall(latex)[::-1]
    inside = _row(tokens)
    if tokens:
        raise ValueError(f"there is a }} too many in {latex}")
    return f"<math display='{'block' if block else 'inline'}'>{inside}</math>"


def _row(tokens):
    """Set everything up to a closing brace or the end."""
    parts = []
    while tokens and tokens[-1] != "}":
        part = _scripted(tokens)
        if part == _operator("-") and (not parts or _expects_more(parts[-1])):
            part = part.replace("<mo ", '<mo form="prefix" ')     # the sign of a number, which stands close to it
        if part:
            parts.append(part)
    return f"<mrow>{''.join(parts)}</mrow>"


def _expects_more(part):
    """Whether this is an operator or a bracket that opens."""
    return part.startswith("<mo ") and not part.endswith((")</mo>", "]</mo>", "′</mo>"))


def _scripted(tokens):
    """Set one thing with what stands below and above it."""
    base, below, above, primes = _atom(tokens), "", "", ""
    while tokens and tokens[-1] in ("_", "^", "'"):
        mark = tokens.pop()
        if mark == "'":
            primes += PRIME
        elif mark == "_":
            below = _argument(tokens)
        else:
            above = _argument(tokens)
    if below and above:
        base = f"<msubsup>{base}{below}{above}</msubsup>"
    elif below or above:
        base = f"<msub>{base}{below}</msub>" if below else f"<msup>{base}{above}</msup>"
    return f"<mrow>{base}{primes}</mrow>" if primes else base


def _atom(tokens):
    token = tokens.pop()
    if token.isspace() or token in LAYOUT:
        return ""
    if token == "{":
        return _closed(tokens)
    if token.isdecimal():
        while tokens and (tokens[-1].isdecimal() or tokens[-1] == "." and tokens[-2:-1] and tokens[-2].isdecimal()):
            token += tokens.pop()
        return f"<mn>{token}</mn>"
    return _one(token, tokens)


def _one(token, tokens):
    """Set a letter, a sign, or a command with its arguments."""
    if token in COMMANDS:
        return COMMANDS[token](tokens)
    if token in SPACES:
        return f'<mspace width="{SPACES[token]}"></mspace>'
    if token in IDENTIFIERS:
        return f"<mi>{IDENTIFIERS[token]}</mi>" + _one(r"\,", tokens) * (token in APPLIED)
    if token in OPERATORS or token in "+=()[]|,;:<>/":
        return _operator(token)
    if token.isdecimal():
        return f"<mn>{token}</mn>"
    if len(token) == 1 and token.isalpha():
        return f"<mi>{token}</mi>"
    raise ValueError(f"{token} is not known in a formula to print")


def _operator(token):
    return f'<mo stretchy="false">{escape(OPERATORS.get(token, token))}</mo>'


def _argument(tokens):
    """Set what a command or a script takes: a group, or the next single thing: 1 and 2 in \\tfrac12."""
    while tokens[-1].isspace():
        tokens.pop()
    token = tokens.pop()
    return _closed(tokens) if token == "{" else _one(token, tokens)


def _closed(tokens):
    inside = _row(tokens)
    if not tokens:
        raise ValueError("a brace is not closed")
    tokens.pop()
    return inside


def _words(tokens):
    """Return the plain text of a group."""
    tokens.pop()
    text = ""
    while tokens[-1] != "}":
        text += tokens.pop()
    tokens.pop()
    return escape(text)


def _fraction(tokens, style=""):
    return f"<mfrac{style}>{_argument(tokens)}{_argument(tokens)}</mfrac>"


def _under(tokens):
    below, base = _argument(tokens), _argument(tokens)
    return f"<munder>{base}{below}</munder>"


def _coloured(tokens):
    return f'<mrow style="color: {_words(tokens)}">{_argument(tokens)}</mrow>'


COMMANDS = {r"\frac": _fraction, r"\tfrac": lambda tokens: _fraction(tokens, ' displaystyle="false"'),
            r"\underset": _under, r"\textcolor": _coloured,
            r"\text": lambda tokens: f"<mtext>{_words(tokens)}</mtext>",
            r"\operatorname": lambda tokens: f"<mi>{_words(tokens)}</mi>"}
