"""The vocabulary of headings: what the columns of companies' files are called, in English, German, Korean, Portuguese.

It only makes suggestions, which a person reads before anything is loaded.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from gcrm.columns import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gcrm.columns import Kind

#: gcrm's column -> words for it, the clearest first, without case, accents, blanks and marks.
WORDS: dict[str, str] = {
    "customer_id": "customerid customernumber customerno customernr customer custid clientid accountid accountno "
    "householdid kundennummer kundennr kundenid 고객번호 고객id 고객코드 codigocliente idcliente clienteid codcliente",
    "prospect_id": "prospectid prospectno leadid lead interessentennummer interessentennr interessentid 잠재고객번호 "
    "잠재고객id idprospecto prospectoid idprospect codigoprospect",
    "order_id": "orderid orderno ordernumber ordernr order basketid transactionid invoiceid invoiceno auftragsnummer "
    "auftragsnr bestellnummer bestellnr 주문번호 주문id idpedido pedidoid numeropedido codigopedido pedido",
    "line_no": "lineno linenumber line position pos positionsnr posnr 순번 라인번호 linha numerolinha numeroitem",
    "product_id": "productid productno sku articleno articleid artikelnummer artikelnr produktnummer produktid "
    "상품번호 상품코드 제품코드 idproduto codigoproduto produtoid",
    "interaction_id": "interactionid activityid eventid kontaktnummer kontaktnr 접촉번호 "
    "상담번호 idinteracao interacaoid",
    "competitor_id": "competitorid rivalid wettbewerberid konkurrentid",
    "store_id": "storeid storeno shopid branchid filialnummer filialnr filiale 매장번호 "
    "매장코드 점포코드 idloja lojaid "
    "codigoloja loja",
    "owner_id": "ownerid owner salesperson salesrep salesrepid accountmanager repid betreuer vertreter "
    "vertriebsmitarbeiter verkaufer 담당자 담당자id 영업담당 vendedor idvendedor responsavel",
    "parcel_id": "parcelid parcel maplot ml apn lotid flurstuck flurstuck "
    "flurstuckskennzeichen 필지번호 pnu idlote lote",
    "dwelling_id": "dwellingid unitid wohnungsnummer wohnungid idimovel imovel",
    "region_id": "regionid zoneid zone districtid district territoryid areaid areacode geoid geoid20 geoid10 zipcode "
    "zip tract gebietsnummer gebietid bezirk gemeindeschlussel ags plz 지역코드 "
    "구역코드 행정구역코드 codigoregiao idregiao "
    "codigomunicipio",
    "name": "name fullname customername displayname companyname company title kundenname firma firmenname bezeichnung "
    "이름 고객명 성명 상호 회사명 매장명 상품명 지역명 nome nomecliente razaosocial empresa",
    "segment": "segment customersegment customertype customergroup kundengruppe kundensegment segmento 고객등급 등급",
    "since": "since customersince firstpurchase startdate createdon created registeredon kundeseit seit "
    "eintrittsdatum 가입일 등록일 desde clientedesde datacadastro datadecadastro",
    "until": "until enddate lapsedon bis kundebis austrittsdatum 해지일 탈퇴일 ate datafim",
    "subject_kind": "subject gegenstand 대상",
    "subject_id": "zoneid regionid territoryid districtid storeid prospectid customerid",
    "status": "status stand 상태 situacao",
    "ordered_on": "orderedon orderdate purchasedate invoicedate saledate date bestelldatum auftragsdatum kaufdatum "
    "datum 주문일 주문일자 구매일 datapedido datadopedido datacompra data",
    "amount": "amount totalamount total revenue sales price sum betrag gesamtbetrag umsatz "
    "summe preis 금액 주문금액 합계 "
    "매출 valor valortotal",
    "channel": "channel saleschannel kanal vertriebskanal 채널 판매채널 canal",
    "quantity": "quantity qty units menge anzahl stuck 수량 quantidade qtd",
    "category": "category warengruppe kategorie 분류 소분류 categoria",
    "department": "department abteilung hauptwarengruppe 부문 대분류 departamento",
    "occurred_at": "occurredat timestamp datetime time contactedat zeitpunkt kontaktdatum 일시 접촉일시 datahora",
    "campaign_id": "campaignid campaign kampagne 캠페인 campanha",
    "outcome": "outcome result ergebnis 결과 resultado",
    "team": "team mannschaft 팀 equipe",
    "floor_area_m2": "flooraream2 floorarea sqm salesarea verkaufsflache flache 매장면적 면적 areavenda",
    "opened_on": "openedon opened openingdate eroffnung 개점일 abertura",
    "closed_on": "closedon closed closingdate schliessung 폐점일 fechamento",
    "address": "address fulladdress addressline location anschrift adresse 주소 도로명주소 endereco enderecocompleto",
    "house_number": "housenumber houseno streetnumber streetno number hausnummer hausnr 건물번호 번지 numero",
    "street": "street streetname strasse strassenname str 도로명 rua logradouro",
    "unit": "unit apt apartment suite wohnung 동호수 complemento apto",
    "postcode": "postcode postalcode zipcode zip plz postleitzahl 우편번호 cep codigopostal",
    "city": "city town ort stadt wohnort 도시 시군구 cidade municipio",
    "lon": "lon lng long longitude x xcoord lange langengrad laengengrad 경도",
    "lat": "lat latitude y ycoord breite breitengrad 위도",
    "units": "units dwellingunits wohneinheiten 세대수 unidades",
    "residence_type": "residencetype usedescription propertytype landuse usecode nutzung "
    "gebaudeart 용도 주택유형 tipoimovel",
    "built_year": "builtyear yearbuilt aybyrbuilt baujahr 건축년도 anoconstrucao",
    "value": "value assessedvalue totalappraisedparcelvalue totalappraised wert 공시가격 valorvenal",
    "statistic": "statistic variable indicator merkmal kennzahl 지표 indicador",
    "as_of": "asof referencedate stichtag 기준일 datareferencia",
    "building_id": "buildingid bldgid structureid gebaudeid gebaudenummer 건물관리번호 건물id idedificio",
    "use": "use buildinguse nutzungsart 건물용도 uso",
    "levels": "levels stories storeys floors numfloors geschosse 층수 지상층수 andares pavimentos",
    "height_m": "heightm height bldgheight gebaudehohe hohe 높이 altura",
    "road_id": "roadid segmentid linkid edgeid streetid wayid strassenid 도로구간id 링크id idvia",
    "road_class": "roadclass highway functionalclass funcclass fclass strassenklasse 도로등급 classevia",
    "oneway": "oneway einbahn einbahnstrasse 일방통행 maounica",
    "speed_kmh": "speedkmh maxspeed speedlimit geschwindigkeit 제한속도 속도 velocidade",
    "lanes": "lanes fahrstreifen 차로수 faixas",
    "from_node": "fromnode startnode fnode vonknoten 시작노드",
    "to_node": "tonode endnode tnode bisknoten 종료노드",
    "surface": "surface pavement belag 포장 pavimento",
    "poi_id": "poiid placeid venueid poi시설id idlocal",
    "brand": "brand chain marke 브랜드 marca",
    "land_use_id": "landuseid flachenid 토지이용id",
    "barrier_id": "barrierid hindernisid",
    "station_id": "stationid stationcode stopid gateid haltestelle 정류장id 역코드 idestacao",
    "origin_id": "originid origin startstation startstationid fromzone o quelle 출발지 origem",
    "destination_id": "destinationid destination endstation endstationid tozone ziel 도착지 destino",
    "trips": "trips flow flows volume journeys wege fahrten 통행량 viagens",
    "place_id": "placeid cellid gridid zoneid stationid 집계구코드 idzona",
    "persons": "persons people population presence visits footfall personen 생활인구 유동인구 pessoas",
    "day_type": "daytype tagesart 요일구분 tipodia",
    "hour": "hour hourofday stunde 시간대 hora",
    "parent_id": "parentid parent ubergeordnet 상위코드",
    "valid_from": "validfrom gultigab 시작일",
    "valid_to": "validto gultigbis 종료일",
}
#: Words in the names of files.
_FILES = {
    "customers": "customer kunde 고객 cliente",
    "prospects": "prospect lead interessent 잠재고객",
    "orders": "order auftrag auftrage bestellung 주문 pedido transaction",
    "order_lines": "orderline orderitem position 주문상세 itenspedido",
    "products": "product artikel produkt 상품 produto",
    "interactions": "interaction activit kontakt 접촉 interac",
    "stores": "store shop filiale 매장 loja",
    "competitors": "competitor wettbewerb konkurren 경쟁 concorren",
    "contacts": "contactdetail kontaktdaten 연락처 contato",
    "consents": "consent einwilligung 동의 consentimento",
    "assignments": "assignment zuordnung 배정 atribui",
    "owners": "owner salesrep betreuer 담당자 vendedor",
    "address_references": "addresspoint addressreference masteraddress hauskoordinaten 주소",
    "buildings": "building footprint gebaude 건물 edifica",
    "roads": "road centerline centreline street strassen 도로 vias logradouros",
    "points_of_interest": "poi pointsofinterest amenities venues 시설",
    "land_uses": "landuse flachennutzung 토지이용 usodosolo",
    "barriers": "barrier river railway gewasser",
    "stations": "station stop haltestelle 정류장 estac",
    "movements": "movement flow trips odmatrix originanddest fahrten 통행 viagens",
    "floating_populations": "floatingpop footfall presence ambient 생활인구 유동인구",
    "parcels": "parcel flurstuck 필지 lote",
    "dwellings": "dwelling tax assess wohnung 주택 imove",
    "regions": "region district zone boundar gebiet bezirk 구역 행정구역 regiao bairro",
    "zone_statistics": "statistic census acs kennzahl 통계 estatistica",
}
_KEY, _REQUIRED, _FIELD, _FILE = 6, 3, 1, 3
#: Columns of numbers from which on a table of regions is one of figures.
_WIDE = 3


def plain(heading: str) -> str:
    """Return a heading without case, accents, blanks and marks."""
    letters = unicodedata.normalize("NFKD", heading.casefold())
    kept = "".join(c for c in letters if c.isalnum() and not unicodedata.combining(c))
    return unicodedata.normalize("NFC", kept)


def mapping(kind: Kind, names: Sequence[str]) -> dict[str, str]:
    """Suggest which column of a file is which of a kind.

    Parameters
    ----------
    kind
        What the rows are.
    names
        Columns of the file.

    Returns
    -------
    dict of str to str
        gcrm's column -> the file's column; each column at most once.
    """
    found: dict[str, str] = {}
    headings: dict[str, str] = {}
    for name in names:
        headings.setdefault(plain(name), name)
    for exact in (True, False):
        for field in kind.fields:
            if field == kind.shape or field.name in found:
                continue
            words = [plain(field.name)] if exact else WORDS.get(field.name, "").split()
            column = next((headings[w] for w in words if headings.get(w) not in {None, *found.values()}), None)
            if column is not None:
                found[field.name] = column
    return found


def guess_kind(names: Sequence[str], file: str, *, drawn: str = "", figures: int = 0) -> str | None:
    """Suggest what the rows of a file are.

    Parameters
    ----------
    names
        Columns of the file.
    file
        Name of the file.
    drawn
        `area` where the file holds polygons, `line` where it holds lines, else empty.
    figures
        How many of its columns hold numbers that name nothing.

    Returns
    -------
    str or None
        Name of a kind; null where nothing fits.
    """
    scores = {name: _score(kind, names, file, drawn=drawn, figures=figures) for name, kind in KINDS.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > _REQUIRED else None


def _score(kind: Kind, names: Sequence[str], file: str, *, drawn: str, figures: int) -> int:
    """Say how well columns fit a kind; 0 where one that it needs is not there."""
    found = mapping(kind, names)
    if drawn and (kind.shape is None or kind.shape.type != drawn):
        return 0
    needed = [f for f in kind.fields if f.required]
    lacking = [f for f in needed if f.name not in found and not (drawn and f == kind.shape)]
    placed = bool(drawn) or len(mapping(KINDS["address_references"], names)) > 1
    if kind.name == "zone_statistics" and "region_id" in found and figures >= _WIDE and not placed:
        lacking = []  # one column per figure
    # Polygons with a name of any sort are regions: what identifies them is found by its values.
    regions = drawn == "area" and kind.name == "regions"
    if lacking and not regions:
        return 0
    if kind.name == "regions" and placed and not regions:
        return 0  # a postcode among the parts of an address names no region
    score = (_REQUIRED + _FIELD) * regions
    score += sum(_KEY if name in kind.key else _FIELD for name in found) + _REQUIRED * (len(needed) - len(lacking))
    named = any(word in plain(file) for word in _FILES.get(kind.name, "").split())
    return score + _FILE * named
