"""Patterns of written addresses (RE2 syntax, over folded text) that the SQL of this stage takes as values.

They cover the plain cases of several countries; what none of them fits stays whole, and so unmatched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

#: Postal abbreviations of the states and territories of the USA.
_STATES = (
    "al|ak|az|ar|ca|co|ct|de|dc|fl|ga|hi|id|il|in|ia|ks|ky|la|me|md|ma|mi|mn|ms|mo|mt|ne|nv|nh|nj|nm|ny|nc|nd|oh|ok|or"
    "|pa|ri|sc|sd|tn|tx|ut|vt|va|wa|wv|wi|wy|pr|vi|gu"
)
_COUNTRIES = (
    "usa|u s a|united states(?: of america)?|deutschland|germany|united kingdom|great britain|uk|england|scotland|wales"
)
#: Such as are behind a comma only: streets end with their names, too.
_ABROAD = (
    "brasil|brazil|(?:republic of |south )?korea|대한민국|france|espana|spain|italia|italy|nederland"
    "|(?:the )?netherlands|schweiz|suisse|svizzera|switzerland|osterreich|austria|portugal|canada|australia|ireland"
    "|polska|poland|gb"
)
#: Words before the number of a unit, and before that of a floor ("fl" is Florida, too).
_UNITS = (
    "apt|apartment|apto|apartamento|sala|bloco|conjunto|conj|loja|unit|suite|ste|flat|room|rm|whg|wohnung"
    "|bldg|building|trlr|lot|spc|pmb"
)
_FLOORS = "floor|flr|fl|level|lvl"
#: The same where a number has to follow ("int" is international, too), and what stands behind the number of a floor.
_NUMBERED_UNITS = (
    "int|interno|bte|boite|lgh|кв|квартира|casa|cj|andar|piso|stiege|lote|quadra|unidade"
    "|studio|block|blk|shop|office|tower|torre|ap|bl"
)
_STOREYS = "floor|flr|andar|piso|og|stock|etage"
#: What says where in a house, without a number: a segment of its own.
_INSIDE = (
    "rear|front|basement|penthouse|(?:ground|lower ground|first|second|third|top|upper|lower|garden|basement)"
    "(?: floor)?(?: flat| apartment| maisonette)?"
    "|hinterhaus|hinterhof|vorderhaus|seitenflugel|quergebaude|erdgeschoss|dachgeschoss|souterrain|og|eg|dg|ug"
    "|fundos|frente|terreo|sobreloja"
)
#: Such as follow a number, too ("Ring 5 EG", and Polish flats: "Lipowa 5 m. 12").
_BEHIND = "eg|dg|ug|hinterhaus|vorderhaus|fundos|rear|(?:m|lok) [0-9]{1,4}[a-z]?"
#: Types on either side of a name, and what else streets begin with.
_EITHER_SIDE = "ave|av|avenue|est|boulevard|place|plaza|pl|vila|strada|c|cl|ул|улица|проспект|пер|переулок"
#: Months of the days that streets are called by ("9 de Julio", "3 Maja", "28. října"), without accents.
_MONTHS = (
    "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre"
    "|janeiro|fevereiro|marco|maio|junho|julho|setembro|outubro|novembro|dezembro"
    "|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|wrzesnia|pazdziernika|listopada|grudnia"
    "|ledna|unora|brezna|dubna|kvetna|cervna|cervence|srpna|zari|rijna|listopadu|prosince"
)
#: The states of Brazil.
_BRAZILIAN_STATES = "ac|al|am|ap|ba|ce|df|es|go|ma|mg|ms|mt|pa|pb|pe|pi|pr|rj|rn|ro|rr|rs|sc|se|sp|to"
#: Provinces of Canada and states of Australia.
_PROVINCES = "ab|bc|mb|nb|ns|nt|nu|on|pe|qc|sk|yt|nsw|qld|vic|tas|act"
#: Countries whose streets do not begin with such a type.
_OTHER_HABITS = {"US", "PR", "GB", "IE", "DE", "AT", "KR", "JP", "NL", "AU", "NZ"}
_OF_ROMANCE = ("number_behind", "dated", "southern", "brazilian", "brazilian_bare", "brazilian_state")
_UNLISTED = ("unit_first", "unit_within", "direction_apart", "number_list")
#: Fits no text.
_NEVER = r"[^\x00-\x{10ffff}]"
#: Types of streets that names of places begin with, too ("Center Point", "Mount Vernon").
_PLACE_LIKE = frozenset(
    (
        *(
            "center",
            "centre",
            "ctr",
            "mount",
            "mt",
            "point",
            "pt",
            "hill",
            "hl",
            "grove",
            "grv",
            "gr",
            "heights",
            "hts",
        ),
        *("bridge", "brg", "landing", "lndg", "cove", "cv", "gate"),
    )
)
#: Roads that are called by a number.
_NUMBERED = "highway|hwy|freeway|fwy|motorway|route|rte|road|rd|loop|us|interstate|sr|cr|fm|county|state|line|exit"
#: British (or with a nought for its O); Canadian; Irish; German, French, Korean, Brazilian or US; Russian or Indian;
#: Japanese; Dutch; Portuguese; Polish; Swedish, Czech or Greek; Swiss, Austrian or Australian.
_POSTCODES = (
    "[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}|[a-z]0[0-9]{2} [0-9][a-z]{2}|[a-z][0-9][a-z] ?[0-9][a-z][0-9]"
    "|[a-z][0-9]{2} ?[a-z][a-z0-9]{3}"
    "|[0-9]{5}(?:-[0-9]{3,4})?|[0-9]{6}|[0-9]{3}-[0-9]{4}|[0-9]{4} ?[a-z]{2}|[0-9]{4}-[0-9]{3}|[0-9]{2}-[0-9]{3}"
    "|[0-9]{3} [0-9]{2}|[0-9]{8}|[0-9]{4}"
)
#: Country -> its own postcodes, where it is known whose habits are followed.
_POSTCODE_OF = {
    **dict.fromkeys(("US", "PR"), "[0-9]{5}(?:-[0-9]{4})?"),
    **dict.fromkeys(("DE", "FR", "IT", "ES", "FI", "MX", "TR"), "[0-9]{5}"),
    **dict.fromkeys(("AT", "CH", "BE", "DK", "NO", "AU", "NZ", "HU"), "[0-9]{4}"),
    "GB": "[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}|[a-z]0[0-9]{2} [0-9][a-z]{2}",
    "CA": "[a-z][0-9][a-z] ?[0-9][a-z][0-9]",
    "BR": "[0-9]{5}-?[0-9]{3}",
    "KR": "[0-9]{5}|[0-9]{3}-?[0-9]{3}",
    "JP": "[0-9]{3}-?[0-9]{4}",
    "NL": "[0-9]{4} ?[a-z]{2}",
}
#: Countries that write the postcode after the city.
_POSTCODE_LAST = {"US", "PR", "GB", "CA", "AU", "NZ"}
#: Words between two streets that meet: in any country, and in some where they could not be part of a name.
_JOINTS = "and|at|ecke|esquina(?: com)?|corner(?: of)?|cnr(?: of)?"
_JOINTS_OF = {
    **dict.fromkeys(("DE", "AT", "CH"), "und"),
    **dict.fromkeys(("BR", "PT"), "e|com|esq"),
    **dict.fromkeys(("ES", "MX", "AR", "CL", "CO", "PE"), "y|con|esq"),
}


def set_country(con: duckdb.DuckDBPyConnection, country: str | None) -> None:
    """Write the temporary table `habit`: one row, the country whose habits addresses follow.

    Parameters
    ----------
    con
        Connection of the stage.
    country
        Two letters of ISO 3166; null where none is known: then the habits of all countries are tried.
    """
    con.execute("CREATE OR REPLACE TEMP TABLE habit AS SELECT $country::VARCHAR AS country", {"country": country})


def values(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the patterns by the names under which the SQL files know them.

    Parameters
    ----------
    con
        Connection with the temporary tables `word` and `habit`.

    Returns
    -------
    dict of str to str
        Name -> RE2 pattern.
    """
    (country,) = con.execute("SELECT country FROM habit").fetchone() or (None,)
    postcodes = _POSTCODE_OF.get(country, _POSTCODES)
    joints = "|".join(filter(None, (_JOINTS, _JOINTS_OF.get(country))))
    types, directions, ahead = (_words(con, role) for role in ("type", "direction", "ahead"))
    letter = "[^ ,#/0-9-]"  # of cleaned text; quicker to prepare than the class of Unicode
    plain = "|".join(word for word in types.split("|") if word not in _PLACE_LIKE)
    after_type = "|".join(word for word in f"{plain}|{directions}".split("|") if word != "st")
    last = "|".join(_POSTCODE_OF[each] for each in ("US", "GB", "CA"))
    ends = rf"(?:\S[^,]*? (?:{plain})|(?:\S[^,]*? )??(?:{_NUMBERED}) [0-9]+[a-z]?)(?: (?:{after_type}))*"
    apart = "[a-df-mo-rt-vx-z]"  # "Apt 29 F"; what may be a direction is none: "Apt 4 S Fargo"
    number = rf"(?: ?#? ?|[ #]+{letter}{{1,2}}-?)[0-9](?:{letter}|[0-9/-])*(?: {apart}\b)?"
    floor = (
        rf"(?:{_FLOORS}) ?[0-9]{{1,3}}|[0-9]{{1,2}}(?:st|nd|rd|th) (?:{_FLOORS})"
        # "3 fl", not the "6FL" that a British postcode ends with.
        rf"|[0-9]{{1,2}}(?:º|ª| o)? ?(?:{_STOREYS})|[0-9]{{1,2}} fl"
    )
    numbered = rf"(?:# ?)?(?:{_UNITS}|{_NUMBERED_UNITS})(?: (?:{_UNITS}))?{number}|{floor}"
    unit = rf"{numbered}|(?:# ?)?(?:{_UNITS})[ #]+{letter}{{1,2}}"
    # Within a text: only what could hardly be the name of something.
    within = rf"{numbered}|(?:{_UNITS})[ #]+{letter}|# ?(?:[0-9]+{letter}?(?:-[0-9]+)?|{letter}-?[0-9]*)"
    # Where the postcode ends an address, a number before words is the house's.
    after = "(?:,? [^0-9,]+(?:, (?:" + _STATES + "))?)" + ("{0}" if country in _POSTCODE_LAST else "?")
    no_street = rf"(?:[a-z]{{1,2}}-)?(?:{postcodes}){after}"
    name = r"[a-z\x{aa}-\x{10ffff}]{2}"
    house = r"[1-9][0-9]{0,4}(?:[ /-]?[a-z])?(?:/[0-9]+[a-z]?)?"
    # Types that streets begin with, where the number stands behind a comma ("Rua Augusta, 15", "Calle Mayor, 12").
    romance = _NEVER if country in _OTHER_HABITS else rf"(?:{ahead}|{_EITHER_SIDE})"
    cep = "[0-9]{5}-?[0-9]{3}"
    provinces = f"|{_PROVINCES}" if country in {None, "CA", "AU"} else ""
    found = {
        "country": f"(?:(?:, | )(?:{_COUNTRIES})|, (?:{_ABROAD}))$",
        # D-70173, A-1010.
        "country_letters": r"(^| )[a-z]{1,2}-([0-9]{4,5}\b)",
        # Texts without a comma: a street ends before "70173 Stuttgart" or after its type and unit.
        "no_comma_number_last": r"^(\D[^,]*? [0-9]+ ?[a-z]?(?:[/-](?:[0-9]+ ?[a-z]?|[a-z]))?) "
        r"((?:[a-z]{1,2}-)?(?:[0-9]{5}|[0-9]{2}-[0-9]{3}) \D+)$",
        "no_comma_no_city": rf"^([0-9]\S* {ends})((?: (?:{_STATES}))? (?:{last}))$",
        "no_comma_city": rf"^([0-9]\S* {ends})( [^,0-9]+ (?:{last}))$",
        "no_comma_number_first": rf"^([0-9]\S* \S[^,]*? (?:{types})(?: (?:{directions}))?)( [^,0-9]+ (?:{last}))$",
        # "300 Oak Ave, NW, Springfield": the direction is the street's.
        "direction_apart": rf"( (?:{types})), (?:([ns][ew])(?:,? |$)|([nsew])(?:, |$))",
        "no_comma_postcode": rf"^([^,]*?[^,0-9]) ((?:(?:{_STATES}) )?[0-9]{{5}}(?:-[0-9]{{4}})?)$",
        # A unit ends a segment: "Apt 4", "Unit B", "#12", "Bldg 3 Ste 210". Its words are no part of it.
        "unit": rf"(?:^|[ ,])((?:{unit})(?:,? (?:{unit}))*|#[^,]+)(?:,|$)",
        "unit_word": rf"(?:^|,? )(?:# ?)?(?:{_UNITS}|{_FLOORS})\b ?#? ?|^#",
        # Where a unit stands between other words, commas part it: "12 Main St Apt 4 Reno", "Flat 3 12 High Street".
        "unit_within": rf"([^ ,]),? (?:- )?((?:{within})(?: (?:{within}))*)(?: -)? "
        rf"((?:[nsew] )?{letter}{{2}}|[0-9]{{4}})",
        "unit_first": rf"^({numbered}) ((?:[^,0-9]+, )?[0-9])",
        # A text that is only postcode and city.
        "no_street": rf"{no_street}|[^0-9,]+, (?:{_STATES}),? [0-9]{{5}}(?:-[0-9]{{4}})?",
        "has_type": rf"(?:^| )(?:{types})(?:[ ,]|$)",
        # The name of a house before the line with the number.
        "house_name": rf"^[^,0-9]+, ([0-9]+[a-z]?(?:-[0-9]+[a-z]?)? [^,]*\b(?:{types})(?:[, ]|$))",
        # The name of a house without a number, and its street: "Rose Cottage, Church Lane, Botley".
        "house_named": _NEVER
        if country not in {None, "GB", "IE"}
        else rf"^([^,0-9]+), ([^,0-9]+ (?:{types})(?: (?:{directions}))?, .*)$",
        # 12a, 12-14, 17-r (a rear building), 18 1/2.
        # "6654, 10e Avenue", "350, 5th Ave": one number, and a street that is called by one.
        "number_apart": r"^([0-9]+[a-z]?), ?([0-9]+(?:e|er|re|eme|st|nd|rd|th) )",
        # A day that a street is called by, and the number behind it: "9 de Julio 1234".
        "dated": rf"^[0-9]{{1,2}} (?:de )?(?:{_MONTHS}) [0-9]+[a-z]?(?:[/-][0-9a-z]+)?$",
        # 42, 44 High Street; 35a;35c: the first one counts.
        "number_list": r"^([0-9]+[a-z]?)(?: ?[,;&+] ?[0-9]+[a-z]?)+ ",
        # W12N3456: a house of the grid of Wisconsin's counties.
        "number_first": r"^((?:unit|flat) [0-9]+[a-z]?|[nsew][0-9]{1,5} ?[nsew][0-9]{2,6}"
        r"|[0-9]+[a-z]?(?:[/-](?:[0-9]+[a-z]?|[a-z]{1,2}))?(?:[ -](?:[0-9]/[0-9]|bis|ter|quater))?) (\S.*)$",
        "number_last": r"^(.*[^0-9 -].*?) "
        r"([0-9]+ ?(?:[a-z]|bis|ter|hs)?(?: [0-9]/[0-9]| ?[/+-] ?(?:[0-9]+ ?[a-z]?|[a-z]))*)$",
        # "Highway 101", "Avenue 12": the number is the road's name. "Downing Street 10": it is the house's.
        "numbered_road": rf"(?:^(?:{types})|(?:^| )(?:{_NUMBERED})) [0-9]+[a-z]?$",
        "postcode": f"(?:^| )({postcodes})(?: |$)",
        # Icelandic or Taiwanese: too short to be looked for anywhere but before the city, or alone.
        "short_postcode": r"^([0-9]{3})(?: \D|$)",
        # The first half of a British one, for want of a second: "Southampton SO15".
        "half_postcode": _NEVER if country not in {None, "GB"} else r"^(?:\D+ )?([a-z]{1,2}[0-9][a-z0-9]?)$",
        "number_like": r" *[0-9]+ ?[A-Za-z]?(?:[-/ ][0-9]+[A-Za-z]?)? *",
        "postcode_like": f" *(?:{postcodes}) *",
        "street_like": r"\b(?:street|avenue|road|lane|drive|boulevard|court|close|place|terrace)\b"
        r"|(?:stra(?:ß|ss)e|[^ ]weg|gasse|로|길)(?: |$)",
        # What stands before the street; street; number; buildings, floors and rooms; what follows.
        "korean": r"^(.*?)[ ,]*([^ ,]+(?:로|길)) ?(?:지하)? ?([0-9]+(?:-[0-9]+)?)(?:번지|번)?(?:[, ]+|$)"
        r"((?:[0-9a-z가-힣]+(?:동|층|호)[ ,]*)*)"
        r"[ ,]*(.*)$",
        # Texts that need one of the changes below; most do not.
        "unusual": rf"c/|(?:^|[ ,])(?:n|no|nr|nro|nº|num|numero|hausnummer|hausnr|д|дом) ?[0-9]|s/n|cep|^{romance} "
        rf"|(?:^|, )(?:{_INSIDE})(?:,|$)|(?:flat|left|right|links|rechts|mitte|vorne|hinten)(?:,|$)"
        rf"|[0-9][a-z]? (?:{_BEHIND})(?:,|$)"
        r"|[a-z]{3}[0-9]|[0-9]{5}[a-z]{3}|attn|z hd|o nr|ohne| box [0-9]"
        r"|^(?:(?:unit|flat|shop|[a-z]) ?)?[0-9]+[a-z]?(?:/|, ?[0-9])|[동리가] ?[0-9]",
        # c/o and the like, up to the comma.
        "care_of": r"[ ,]*(?:^|[ ,])(?:c/o|attn|z hd) [^,]*",
        # "Rua Augusta, s/n", "Hauptstr. o. Nr.": there is no number.
        "no_number": r"[ ,]+(?:s/n|o nr|ohne (?:haus)?(?:nr|nummer))(,|$)",
        # "nº 1578", "Nr. 12", ", n 5"; "No. 12, High Street".
        "number_word": r"(?:[ ,]+(?:no|nr|nro|nº|num|numero|hausnummer|hausnr|д|дом)|, ?n) ?"
        rf"({house}|[0-9]+-[0-9]+)(,| -|$)",
        "number_word_first": r"^(?:no|nr|nro|nº) ?([0-9]+[a-z]?),? ",
        # "12 Main St PO Box 99, Reno": the box is not where the house is.
        "box_behind": r"^([0-9][^,]* [a-z][^,]*?),? p ?o ?box [0-9a-z-]+,?",
        "inside": rf"(^|, )((?:{_INSIDE})(?: (?:{_INSIDE}))?)(,|$)",
        # "3. OG links", "1st Floor Flat": which side does not matter.
        "side": rf"((?:{_STOREYS}|{_FLOORS}|{_BEHIND})) (?:flat|left|right|links|rechts|mitte|vorne|hinten)(,|$)",
        "inside_behind": rf"([0-9][a-z]?) ({_BEHIND})(,|$)",
        # "Hauptstraße12", "Im Hag20", "70173Stuttgart".
        "number_joined": r"^([^,0-9]*[a-z]{3})([0-9]+[a-z]?)(,|$)",
        "postcode_joined": r"(^|[ ,])([0-9]{5})([a-z]{3})",
        # Five digits at the end are a postcode: "R Street, 20009".
        "number_behind": rf"^({romance} (?:[^,]*[a-z\x{{aa}}-\x{{10ffff}}]|[0-9]{{1,3}})), ?(?:({house})"
        rf"(,| -| (?:{_UNITS}|{_NUMBERED_UNITS}) )|([1-9][0-9]{{0,3}}(?:[ /-]?[a-z])?(?:/[0-9]+[a-z]?)?)$)",
        # The squares of Mannheim: "Q 7, 24".
        "square": r"^([a-z] ?[0-9]{1,2}), ?([0-9]{1,3}[a-z]?)(,|$)",
        # "Unit 3/12 Smith St"; in Australia "3/12 Smith St", too.
        "unit_slash": ("^(?:(?:unit|flat|shop|apt) )" + ("?" if country in {"AU", "NZ"} else ""))
        + r"([0-9]+[a-z]?)/([0-9]+[a-z]?(?:-[0-9]+)? [a-z])",
        # A lot instead of a street: quarter and number.
        "korean_lot": r"^(.*[시군구]) ([^ ,]+[동리가]) ?([0-9]+(?:-[0-9]+)?)(?:번지)?$",
        # Street and number; unit; quarters; postcode and city, then the postcode where it stands there.
        "brazilian": rf"^({romance} [^,]+)((?:, (?:(?:{unit})(?: (?:{unit}))*|#[^,]*))*)(?:, [^,]+)*?"
        rf", ((?:{cep} )?[^,0-9]+?)((?:,? {cep})?)$",
        "southern": rf"^{romance} [^,]*[0-9,]",
        "brazilian_bare": rf"^({romance} [^,0-9]+ [0-9]+[a-z]?) ([^,0-9]+ {cep})$",
        "brazilian_state": rf"[ ,/-]+(?:{_BRAZILIAN_STATES})(,|,? {cep}|$)",
        "state": f"(?:^| )(?:{_STATES}{provinces})$",
        # Main St & 2nd Ave; corner of Main St and 2nd Ave; Hauptstr. / Ecke Bahnhofstr. The class of Unicode's letters
        # would take 5 ms to prepare.
        "crossing": r"^(?:(?:the )?(?:corner|intersection|cnr) of |ecke |esquina d[aoe]s? )?"
        rf"(.*?{name}.*?|[0-9]+{name}) *(?:[&@/]| (?:{joints}) ?)+ *((?:[0-9]+)?.*?{name}.*|[0-9]+{name})$",
        # Words that stand beside the parts of an address and say nothing more.
        "small_word": f"{_STATES}{provinces}|{_UNITS}|{_FLOORS}|usa|us|u|s|a|united|states|of|america"
        "|deutschland|germany|kingdom|great|britain|uk|england|scotland|wales|no|nr|nro|n|cep|d|ch|fl|지하|번지|nº|num|numero|s|calle"
        f"|brasil|brazil|korea|republic|대한민국|c|links|rechts|mitte|left|right|{_STOREYS}|{_NUMBERED_UNITS}|{_BRAZILIAN_STATES}",
        "post_box": (
            r"^(?:(?:g ?)?p ?o ?b(?:ox)?|post ?(?:office )?box|postfach|apartado(?: postal)?|boite postale|postbus"
            r"|caixa postal|casella postale|locked bag|private bag)(?: |$)|(?:^| )사서함(?: |$)"
        ),
    }
    # Texts that need a unit or a number taken apart; most do not.
    found["unlisted"] = "|".join(f"(?:{found[name]})" for name in _UNLISTED)
    # What cannot occur is not prepared: a single address waits for it.
    if country in _OTHER_HABITS:
        found |= dict.fromkeys(_OF_ROMANCE, _NEVER)
    if country not in {None, "KR"}:
        found["korean_lot"] = _NEVER
    return found


def _words(con: duckdb.DuckDBPyConnection, role: str) -> str:
    """Return the words of one role as alternatives of a pattern, longest first."""
    rows = con.execute("SELECT word FROM word WHERE role = $role ORDER BY length(word) DESC, word", {"role": role})
    return "|".join(word for (word,) in rows.fetchall())
