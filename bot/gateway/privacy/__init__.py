"""What patients may do with their data in the chat: see what is stored, get a copy, delete it.

stage.py       hears it before the brain is asked, so that it works whatever is down
forgetting.py  deletes a conversation, everywhere
links.py       short-lived links to a copy
pages.py       the copy, as a page and as a file
"""
