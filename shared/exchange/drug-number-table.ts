/**
 * Made by models/knowledge/build/drug-numbers.ts: name, RxNorm number (release 2025-06-02; NLM, SAB=RXNORM, public domain) and NCI
 * Thesaurus number (25.01d; NCI, CC BY 4.0) of 158 drugs, as the Molecular Oncology Almanac database of 2026-05-07 crosses them.
 */
export const DRUG_NUMBER_TABLE = `
abemaciclib|1946825|C97660,abiraterone acetate|1100071|C68845,acalabrutinib|1986808|C113442
adagrasib|2625882|C157493,afatinib|1430438|C66940,alectinib|1727455|C101790,alpelisib|2169285|C94214
amivantamab|2549199|C124993,anastrozole|84857|C1607,arsenic trioxide|18330|C1005,asciminib|2584304|C114494
atezolizumab|1792776|C106250,avapritinib|2272107|C123827,avutometinib|2714515|C80060,azacitidine|1251|C288
belzutifan|2567226|C135627,bendamustine|134547|C73261,bevacizumab|253337|C2039,binimetinib|2049122|C84865
blinatumomab|1597258|C62528,bosutinib|1307619|C60809,brentuximab vedotin|1147320|C66944
brigatinib|1921217|C98831,capecitabine|194000|C1794,capivasertib|2669967|C102564,capmatinib|2362165|C90564
carboplatin|40048|C1282,cemiplimab|2058826|C121540,ceritinib|1535457|C115112,cetuximab|318341|C1723
chlorambucil|2346|C362,cisplatin|2555|C376,cobimetinib|1722365|C68923,corticosteroid||C2322
crizotinib|1148495|C74061,cyclophosphamide|3002|C405,cytarabine|3041|C408,dabrafenib|1424911|C82386
dacarbazine|3098|C411,dacomitinib|2058849|C53398,dasatinib|475342|C38713,datopotamab deruxtecan|2703033|C151967
daunorubicin|3109|C62091,defactinib|2714502|C79809,docetaxel|72962|C1526,dordaviprone|2721194|C113792
dostarlimab|2539967|C126799,doxorubicin|3639|C456,durvalumab|1919503|C103194,elacestrant|2628469|C120211
enasidenib|1940332|C111573,encorafenib|2049106|C98283,ensartinib|2712546|C102754,entrectinib|2197862|C114984
enzalutamide|1307298|C71744,epirubicin|3995|C62028,erdafitinib|2123125|C103273,eribulin|1045453|C96748
erlotinib|337525|C65530,etoposide|4179|C491,everolimus|141704|C48387,exemestane|258494|C1097
fludarabine|24698|C1094,fluorouracil|4492|C505,fulvestrant|282357|C1379,futibatinib|2628190|C114283
gefitinib|328134|C1855,gemcitabine|12574|C66876,gemtuzumab ozogamicin|1294580|C1806,gilteritinib|2105806|C116722
goserelin|50610|C1374,ibrutinib|1442981|C81934,idarubicin|5650|C562,idelalisib|1544460|C78825
ifosfamide|5657|C564,imatinib|282388|C62035,imlunestrant|2725912|C174042,inavolisib|2695422|C132166
infigratinib|2550729|C88302,inotuzumab ozogamicin|1942950|C71542,interferon alpha||C20494
ipilimumab|1094833|C2654,irinotecan|51499|C62040,ivosidenib|2049873|C114383,lapatinib|480167|C26653
larotrectinib|2105628|C115977,lazertinib|2691150|C148147,lenalidomide|342369|C2668,lenvatinib|1603296|C95124
letrozole|72965|C1527,lorlatinib|2103164|C113655,margetuximab|2473851|C91733,methotrexate|6851|C642
midostaurin|1919083|C1872,mirvetuximab soravtansine|2621548|C102566,mitoxantrone|7005|C62050
mobocertinib|2570736|C126752,nab paclitaxel||C2688,neratinib|1940643|C49094,nilotinib|662281|C48375
niraparib|1918231|C80059,nivolumab|1597876|C68814,ofatumumab|712566|C66952,olaparib|1597582|C71721
olutasidenib|2623641|C129687,osimertinib|1721560|C116377,oxaliplatin|32592|C1181,paclitaxel|56946|C1411
palbociclib|1601374|C49176,panitumumab|263034|C1857,pembrolizumab|1547545|C106432,pemetrexed|68446|C61614
pemigatinib|2359268|C121553,pertuzumab|1298944|C38692,ponatinib|1364347|C95777,pralsetinib|2394936|C132295
prednisolone|8638|C769,prednisone|8640|C770,quizartinib|2643048|C68936,ramucirumab|1535922|C70792
relatlimab|2596773|C111999,repotrectinib|2670644|C133821,revumenib|2698325|C165776,ribociclib|1873916|C95701
rituximab|121191|C1702,rucaparib|1862579|C137800,sacituzumab govitecan|2360232|C102783
selpercatinib|2370147|C134987,sevabertinib|2728187|C185187,sotorasib|2550714|C154287
sunvozertinib|2719226|C167205,talazoparib|2099704|C95733,taletrectinib|2716919|C118948,tamoxifen|10324|C62078
tazemetostat|2274378|C107506,telisotuzumab vedotin|2721996|C118571,tepotinib|2477103|C88314
tislelizumab|2677426|C121775,tovorafenib|2682434|C106254,trametinib|1425099|C77908
trastuzumab deruxtecan|2267582|C128799,trastuzumab emtansine||C82492,trastuzumab|224905|C1647
tremelimumab|2619313|C49085,tucatinib|2361285|C77896,vandetanib|1098413|C2737,vemurafenib|1147220|C64768
venetoclax|1747556|C103147,vinblastine|11198|C930,vincristine|11202|C933,vinorelbine|39541|C1275
vorasidenib|2690647|C152914,zanidatamab|2698198|C130010,zanubrutinib|2262435|C141428
zenocutuzumab|2699588|C152948,ziftomenib|2725985|C164227,zolbetuximab|2695869|C85475,zongertinib|2721604|C199022
`;
