"""The drawings that were kept in this session, and their files."""
import streamlit as st

from explainer import session as ui
from explainer.components import messages
from explainer.components.mount import show_figures
from explainer.figures import learned
from explainer.gallery import archive, sheet
from explainer.pages.draw import pad
from explainer.preparation import stations


def gallery():
    kept = ui.session().drawing.gallery
    if kept:
        with st.container(key="kept"):
            st.markdown("## Gallery")
            images(kept)
            files(kept)


def images(kept):
    """The drawings as pictures; a click on one brings it back to the pad."""
    def picked():
        if cell := messages.cell(ui.sent("gallery_images").cell, j=len(kept)):
            drawing = kept[cell["j"]]
            image = drawing.image.reshape(28, 28)
            pad.show(image, stations(image), drawing.label)
    figure = learned.gallery([drawing.image for drawing in kept], [drawing.caption for drawing in kept], 18)
    show_figures("gallery_images", [figure], legend=False, token=f"gallery-{len(kept)}", on_cell=picked, keyboard=True,
                 alts=["The drawings kept in this session"])


def files(kept):
    with st.container(horizontal=True, gap="small"):
        st.download_button("All as one picture (.png)", lambda: sheet(kept), "digits.png", "image/png", key="save_png",
                           on_click="ignore")
        st.download_button("Images and labels (.npz)", lambda: archive(kept), "digits.npz", key="save_drawings",
                           on_click="ignore", help="x: (n, 28, 28) uint8; y: (n,) what you said they are, −1 where you "
                                                   "said nothing; answers: (n,)")
        st.button("Empty the gallery", key="empty_gallery",
                  on_click=lambda: setattr(ui.session().drawing, "gallery", ()))
