"""Tells whether a relative clause promises word to the Chamber: "..., die uw Kamer rond het zomerreces ontvangt".

In: the words of the clause in small letters. Out: yes or no. Decides only.
"""

from __future__ import annotations

import re

_SENDING = "(?:toe)?(?:sturen|zenden|informeren|aanbieden|berichten)"
_RECEIVED = re.compile(
    r"^(?:die|dat|welke) (?:uw kamer|de kamer|de tweede kamer|u)(?: [^,;]{1,80})? (?:ontvangt|zult ontvangen|zal ontvangen|tegemoet kunt zien)(?!\w)"
)
_SENT = re.compile(
    r"^(?:die|dat(?= .{1,260}(?:sturen|zenden|aanbieden))|welke|waar\w{2,6}) "
    rf"(?:ik|wij|we|het kabinet|de (?:minister|staatssecretaris)\w*)(?: [^;]{{1,260}})? "
    rf"(?:(?:zal|zullen|ga|gaan) {_SENDING}|{_SENDING} (?:zal|zullen))(?!\w)"
)
_I_SEND = re.compile(
    r"^(?:die|dat|welke) (?:ik|wij|we|het kabinet) (?!.*(?:hierbij|bijgaand|bijgevoegd|hiermee|heden|vandaag|gelijktijdig|tegelijk|steeds|jaarlijks))"
    r"(?=.*(?:aan|naar) (?:uw|de) (?:tweede |eerste )?kamer)"
    r"(?=.*(?<!\w)(?:voor|in het|in de loop|na|dit|volgend|begin|eind|binnenkort|spoedig)(?!\w))"
    r"[^;]{1,200}(?<!\w)(?:toe|na)?(?:stuur|sturen|stuurt|zend|zendt|zenden)(?!\w)"
)
_IS_SENT = re.compile(
    r"^(?:die|dat|welke) (?:[^;]{1,120} )?(?:aan|naar) (?:de|uw) (?:tweede |eerste )?kamer (?:zal |zullen )?(?:wordt|worden) "
    r"(?:toe|na|op|ver)?(?:gestuurd|gezonden|zonden|aangeboden)(?!\w)"
)


def judge_relative(text: str) -> bool:
    """Whether a relative clause promises word to the Chamber: "..., die uw Kamer rond het zomerreces ontvangt"."""
    return any(form.search(text) is not None for form in (_RECEIVED, _SENT, _I_SEND, _IS_SENT))
