"""Everything about explaining: the steps of the walk, their pictures and words, and the pages that show them."""
