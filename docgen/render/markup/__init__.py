"""Documentation strings of service models as safe HTML, CommonMark and text.

The `documentation` of a service model is HTML of a kind: hand-written for twenty years, cut and joined by scripts,
read by no HTML parser before. Nothing in it is trusted. A string is read once into a fragment, a small tree that
can hold nothing but what we know (`tree`); three emitters lay that tree out. No byte of the input reaches the output
but as escaped text or as a checked link, so there is nothing to strip and nothing to forget; `nh3` is the last wall
behind the HTML emitter all the same. Strings that one regular expression proves to be well-formed need neither tree
nor wall (`flat`).

What a reader sees is what `botocore.docs.bcdoc` shows, word by word, but for the places where its detour through
reStructuredText damages the text: placeholders such as `<account-id>` stay, here, and no mark-up shows.

    tree      the types of a fragment
    tags      what each tag means, and how a string is cut into tags and text
    links     which links are kept
    parser    tags and text → fragment, well-formed and of bounded depth
    html, markdown, text    fragment → str
    flat      well-formed strings → str, as by way of a fragment
    commonmark  escaping, emphasis and links of Markdown
    plain     names, code and one-line texts, which are no documentation
"""
