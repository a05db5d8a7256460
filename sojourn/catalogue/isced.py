"""What the codes of ISCED-F 2013 stand for: fields of education, in English and Dutch.

English: UNESCO Institute for Statistics, "ISCED Fields of Education and Training 2013 (ISCED-F
2013): detailed field descriptions", Montreal 2015, appendix. Statistics Netherlands follows the
same fields in its SOI 2021; the Dutch names here are our own words for them.
"""

from __future__ import annotations

from sojourn.common.languages import NOTHING, Text, joined

_FIELDS = """
00 | Generic programmes and qualifications | Algemene opleidingen
001 | Basic programmes and qualifications | Basisopleidingen
0011 | Basic programmes and qualifications | Basisopleidingen
002 | Literacy and numeracy | Taal en rekenen
0021 | Literacy and numeracy | Taal en rekenen
003 | Personal skills and development | Persoonlijke vaardigheden en ontwikkeling
0031 | Personal skills and development | Persoonlijke vaardigheden en ontwikkeling
01 | Education | Onderwijs
011 | Education | Onderwijs
0111 | Education science | Onderwijskunde
0112 | Training for pre-school teachers | Lerarenopleiding voor het jonge kind
0113 | Teacher training without subject specialisation | Lerarenopleiding zonder vak
0114 | Teacher training with subject specialisation | Lerarenopleiding met een vak
02 | Arts and humanities | Kunst en geesteswetenschappen
021 | Arts | Kunst
0211 | Audio-visual techniques and media production | Audiovisuele techniek en mediaproductie
0212 | Fashion, interior and industrial design | Mode, interieur en industriële vormgeving
0213 | Fine arts | Beeldende kunst
0214 | Handicrafts | Kunstnijverheid
0215 | Music and performing arts | Muziek en podiumkunsten
022 | Humanities (except languages) | Geesteswetenschappen (zonder talen)
0221 | Religion and theology | Religie en theologie
0222 | History and archaeology | Geschiedenis en archeologie
0223 | Philosophy and ethics | Filosofie en ethiek
023 | Languages | Talen
0231 | Language acquisition | Taalverwerving
0232 | Literature and linguistics | Letterkunde en taalwetenschap
03 | Social sciences, journalism and information | Sociale wetenschappen, journalistiek en informatie
031 | Social and behavioural sciences | Sociale en gedragswetenschappen
0311 | Economics | Economie
0312 | Political sciences and civics | Politicologie en burgerschap
0313 | Psychology | Psychologie
0314 | Sociology and cultural studies | Sociologie en cultuurwetenschappen
032 | Journalism and information | Journalistiek en informatie
0321 | Journalism and reporting | Journalistiek en verslaggeving
0322 | Library, information and archival studies | Bibliotheek, informatie en archief
04 | Business, administration and law | Bedrijf, bestuur en recht
041 | Business and administration | Bedrijf en bestuur
0411 | Accounting and taxation | Accountancy en belastingen
0412 | Finance, banking and insurance | Financiën, bank en verzekeringen
0413 | Management and administration | Management en bestuur
0414 | Marketing and advertising | Marketing en reclame
0415 | Secretarial and office work | Secretarieel en kantoorwerk
0416 | Wholesale and retail sales | Groot- en detailhandel
0417 | Work skills | Vaardigheden voor het werk
042 | Law | Recht
0421 | Law | Recht
05 | Natural sciences, mathematics and statistics | Natuurwetenschappen, wiskunde en statistiek
051 | Biological and related sciences | Biologische en verwante wetenschappen
0511 | Biology | Biologie
0512 | Biochemistry | Biochemie
052 | Environment | Milieu
0521 | Environmental sciences | Milieuwetenschappen
0522 | Natural environments and wildlife | Natuur en wilde dieren
053 | Physical sciences | Natuur- en scheikunde en aardwetenschappen
0531 | Chemistry | Scheikunde
0532 | Earth sciences | Aardwetenschappen
0533 | Physics | Natuurkunde
054 | Mathematics and statistics | Wiskunde en statistiek
0541 | Mathematics | Wiskunde
0542 | Statistics | Statistiek
06 | Information and communication technologies (ICTs) | Informatica
061 | Information and communication technologies (ICTs) | Informatica
0611 | Computer use | Computergebruik
0612 | Database and network design and administration | Ontwerp en beheer van databanken en netwerken
0613 | Software and applications development and analysis | Ontwikkeling en analyse van software
07 | Engineering, manufacturing and construction | Techniek, industrie en bouw
071 | Engineering and engineering trades | Techniek en technische beroepen
0711 | Chemical engineering and processes | Chemische techniek en processen
0712 | Environmental protection technology | Milieutechniek
0713 | Electricity and energy | Elektriciteit en energie
0714 | Electronics and automation | Elektronica en automatisering
0715 | Mechanics and metal trades | Werktuigbouw en metaal
0716 | Motor vehicles, ships and aircraft | Voertuigen, schepen en vliegtuigen
072 | Manufacturing and processing | Productie en verwerking
0721 | Food processing | Voedselverwerking
0722 | Materials (glass, paper, plastic and wood) | Materialen (glas, papier, kunststof en hout)
0723 | Textiles (clothes, footwear and leather) | Textiel (kleding, schoenen en leer)
0724 | Mining and extraction | Mijnbouw en winning
073 | Architecture and construction | Architectuur en bouw
0731 | Architecture and town planning | Architectuur en stedenbouw
0732 | Building and civil engineering | Bouwkunde en civiele techniek
08 | Agriculture, forestry, fisheries and veterinary | Landbouw, bosbouw, visserij en diergeneeskunde
081 | Agriculture | Landbouw
0811 | Crop and livestock production | Akkerbouw en veeteelt
0812 | Horticulture | Tuinbouw
082 | Forestry | Bosbouw
0821 | Forestry | Bosbouw
083 | Fisheries | Visserij
0831 | Fisheries | Visserij
084 | Veterinary | Diergeneeskunde
0841 | Veterinary | Diergeneeskunde
09 | Health and welfare | Gezondheidszorg en welzijn
091 | Health | Gezondheidszorg
0911 | Dental studies | Tandheelkunde
0912 | Medicine | Geneeskunde
0913 | Nursing and midwifery | Verpleegkunde en verloskunde
0914 | Medical diagnostic and treatment technology | Medische diagnostiek en behandeltechniek
0915 | Therapy and rehabilitation | Therapie en revalidatie
0916 | Pharmacy | Farmacie
0917 | Traditional and complementary medicine and therapy | Traditionele en aanvullende geneeswijzen
092 | Welfare | Welzijn
0921 | Care of the elderly and of disabled adults | Zorg voor ouderen en volwassenen met een beperking
0922 | Child care and youth services | Kinderopvang en jeugdwerk
0923 | Social work and counselling | Maatschappelijk werk en begeleiding
10 | Services | Diensten
101 | Personal services | Persoonlijke diensten
1011 | Domestic services | Huishoudelijke diensten
1012 | Hair and beauty services | Haar- en schoonheidsverzorging
1013 | Hotel, restaurants and catering | Hotel, restaurant en catering
1014 | Sports | Sport
1015 | Travel, tourism and leisure | Reizen, toerisme en vrije tijd
102 | Hygiene and occupational health services | Hygiëne en gezondheid op het werk
1021 | Community sanitation | Openbare hygiëne
1022 | Occupational health and safety | Gezondheid en veiligheid op het werk
103 | Security services | Veiligheid
1031 | Military and defence | Leger en defensie
1032 | Protection of persons and property | Bescherming van personen en eigendommen
104 | Transport services | Vervoer
1041 | Transport services | Vervoer
"""  # noqa: E501 (one field a line)


def _read() -> dict[str, Text]:
    lines = (line.split(" | ") for line in _FIELDS.strip().splitlines())
    return {code: Text({"en": english, "nl": dutch}) for code, english, dutch in lines}


FIELDS = _read()


def field_names(code: str) -> Text:
    """Return the field's name.

    Of a code we do not know (inter-field programmes have some) that of the
    wider field it is in; nothing where even that is unknown.
    """
    for known in (code, code[:3], code[:2]):
        if known in FIELDS:
            return FIELDS[known]
    return NOTHING


def field_name(code: str, language: str) -> str:
    """Return the field's name in one language."""
    return field_names(code).in_language(language)


def every_field(language: str) -> list[tuple[str, str]]:
    """List every code with its name, the narrow fields after the broad one that holds them."""
    return [
        (code, joined(" ", (code, names.in_language(language))))
        for code, names in sorted(FIELDS.items())
    ]
