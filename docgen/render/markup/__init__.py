"""Documentation strings of service models as safe HTML, CommonMark and text.

The `documentation` of a service model is almost HTML: written by hand for twenty years, cut and joined by scripts, and
never read by an HTML parser. Nothing in it is trusted. A string is read once into a fragment, a small tree that can
hold only known elements (`tree`), and three emitters write that tree. The input reaches the output only as escaped text
or as a checked link, so nothing needs to be stripped; `nh3` sanitises the output of the HTML emitter all the same.
Strings that one regular expression proves to be well-formed need neither a tree nor the sanitiser (`flat`).

Readers see what `botocore.docs.bcdoc` shows, word by word, except where its detour through reStructuredText damages the
text: placeholders such as `<account-id>` stay, and no mark-up shows.

    tree      the types of a fragment
    tags      what each tag means, and how a string is cut into tags and text
    links     which links are kept
    parser    tags and text → fragment, well-formed and of bounded depth
    html, markdown, text    fragment → str
    flat      well-formed strings → str, as by way of a fragment
    commonmark  escaping, emphasis and links of Markdown
    plain     names, code and one-line texts, which are no documentation
"""
