"""Sources: the five documents that this product is made from, each found again, with its mistakes in the open."""
import streamlit as st

from explainer import resources
from explainer import session as ui
from explainer.components.mount import title
from explainer.documents import PARTS, SYSTEMS
from explainer.pages import arriving, shared
from explainer.pages.sources import chain, columns, formulas, one_weight, softmax, system, together

SHOWN = {"system": system.part, "formulas": formulas.part, "chain": chain.part, "one": one_weight.part,
         "softmax": softmax.part, "columns": columns.part, "apart": together.apart, "works": together.works,
         "glossary": together.entries}
NAMES = {key: one.name for key, one in SYSTEMS.items()} | {"all": "All five"}

arriving.arrive("sources")
shared.leave_if_asked()
chosen, walk = resources.walk()
source = chosen.look.source
offered = [key for key, (_, of) in PARTS.items() if source in of]
about = chosen.look.about if chosen.look.about in offered else offered[0]
title("Sources", keyboard=True)
with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="documents"):
    st.segmented_control("Document", list(NAMES), format_func=NAMES.get, required=True,
                         key=ui.shown("source", source), on_change=ui.follow("source"), label_visibility="collapsed")
    st.segmented_control("Part", offered, format_func=lambda key: PARTS[key][0], required=True,
                         key=ui.shown("about", about), on_change=ui.follow("about"), label_visibility="collapsed")
with st.container(key="read"):
    SHOWN[about](source)
resources.write_address()
shared.notices()
