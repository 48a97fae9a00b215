"""Every key of a TOML text is found on its line, whatever the text looks like."""

import tomllib

from hypothesis import given, settings
from hypothesis import strategies as st

from bench.core.files.lines import key_lines

TEXT = '''\
# a comment = 1
a = 1
"x.y".z = """
b = 2
""" # [c]
[t]
k = [ # [
  { q = "]" },
  3 ]
l = "#"
inline = { deep = { deeper = 1 } }
[[s.p]]
id = \'\'\'
it\'s [[x]]
\'\'\'
[[s.p]]
id = 2
[s.p.q]
w = "\\\\"
[[s.p.r]]
v = "\\""
[[s.p.r]]
  "v" = 2
[s . 'last one']
'''


def test_each_kind_of_line():
    assert key_lines(TEXT) == {
        ("a",): 2,
        ("x.y",): 3,
        ("x.y", "z"): 3,
        ("t",): 6,
        ("t", "k"): 7,
        ("t", "l"): 10,
        ("t", "inline"): 11,
        ("s",): 12,
        ("s", "p"): 12,
        ("s", "p", 0): 12,
        ("s", "p", 0, "id"): 13,
        ("s", "p", 1): 16,
        ("s", "p", 1, "id"): 17,
        ("s", "p", 1, "q"): 18,
        ("s", "p", 1, "q", "w"): 19,
        ("s", "p", 1, "r"): 20,
        ("s", "p", 1, "r", 0): 20,
        ("s", "p", 1, "r", 0, "v"): 21,
        ("s", "p", 1, "r", 1): 22,
        ("s", "p", 1, "r", 1, "v"): 23,
        ("s", "last one"): 24,
    }


keys = st.sampled_from(["a", "b-c", '"d e"', "'f.g'", "h . i", '"\\u00e9"', "1"])
strings = st.sampled_from(
    ['"x"', "'#'", '"\\""', '"""\n[a]\n"""', "'''\n'''", '"""x"""""', "''", '"[["', "'''a''''"]
)
scalars = strings | st.sampled_from(["1", "true", "1979-05-27", "1e3", "[]", "{}"])
values = scalars | st.lists(scalars, max_size=3).map(lambda parts: "[ # ]\n" + ",\n".join(parts) + " ]")
lines = st.one_of(
    st.builds("{} = {}".format, keys, values),
    st.builds("  {} = {} # = [".format, keys, values),
    keys.map("[{}]".format),
    keys.map("[[ {} ]] # x".format),
    st.sampled_from(["", "# [x]", "\t"]),
)


@settings(deadline=None)
@given(st.lists(lines, max_size=8).map("\n".join))
def test_on_any_toml_every_path_exists_and_its_line_shows_its_key(text):
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    source = text.split("\n")
    for path, line in key_lines(text).items():
        value = data
        for key in path:
            value = value[key]
        last = next(key for key in reversed(path) if isinstance(key, str))
        shown = tomllib.loads(
            f"x = {chr(34)}{source[line - 1].replace(chr(92), '').replace(chr(34), '')}{chr(34)}"
        )
        assert last.replace("é", "u00e9") in shown["x"]
    assert set(data) == {path[0] for path in key_lines(text)}
