"""One batch, step by step: the default page."""
from explainer import resources
from explainer.pages import arriving, shared
from explainer.pages.one_batch import dialogs, toolbar, walking

arriving.arrive("one_batch")
shared.leave_if_asked()
chosen, walk = resources.walk()
toolbar.toolbar(chosen, walk)
dialogs.dialog(chosen, walk)
shared.notices()
walking.surrounded(chosen, walk)
walking.step()
