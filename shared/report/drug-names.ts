/**
 * Names of medicines in German and Spanish: the national forms of the international nonproprietary names (INN; WHO lists
 * them in Spanish too), and the words for classes that stand where an agent does. A closed table: what it does not hold has
 * the same form in all three languages (osimertinib, trastuzumab, docetaxel), or stays as its source writes it.
 */
import type { Language } from './language.ts';

/** English | German | Spanish; an empty form is the English one. */
const rows = `
abiraterone|Abirateron|abiraterona
abiraterone acetate|Abirateronacetat|acetato de abiraterona
acetaminophen|Paracetamol|paracetamol
amikacin|Amikacin|amikacina
amiodarone|Amiodaron|amiodarona
anastrozole|Anastrozol|anastrozol
apalutamide|Apalutamid|apalutamida
arsenic trioxide|Arsentrioxid|trióxido de arsénico
asparaginase|Asparaginase|asparaginasa
aspirin|Acetylsalicylsäure|ácido acetilsalicílico
azacitidine|Azacitidin|azacitidina
azathioprine|Azathioprin|azatioprina
azithromycin|Azithromycin|azitromicina
bendamustine|Bendamustin|bendamustina
bicalutamide|Bicalutamid|bicalutamida
bosentan|Bosentan|bosentán
brentuximab vedotin|Brentuximab Vedotin|brentuximab vedotina
capecitabine|Capecitabin|capecitabina
carbamazepine|Carbamazepin|carbamazepina
carboplatin|Carboplatin|carboplatino
carmustine|Carmustin|carmustina
chemotherapy|Chemotherapie|quimioterapia
chlorambucil|Chlorambucil|clorambucilo
chloroquine|Chloroquin|cloroquina
cimetidine|Cimetidin|cimetidina
ciprofloxacin|Ciprofloxacin|ciprofloxacino
cisplatin|Cisplatin|cisplatino
clarithromycin|Clarithromycin|claritromicina
codeine|Codein|codeína
corticosteroid|Kortikosteroid|corticosteroide
cyclophosphamide|Cyclophosphamid|ciclofosfamida
cyclosporine|Ciclosporin|ciclosporina
cytarabine|Cytarabin|citarabina
dacarbazine|Dacarbazin|dacarbazina
datopotamab deruxtecan|Datopotamab Deruxtecan|datopotamab deruxtecán
daunorubicin|Daunorubicin|daunorubicina
decitabine|Decitabin|decitabina
dexamethasone|Dexamethason|dexametasona
digoxin|Digoxin|digoxina
doxorubicin|Doxorubicin|doxorubicina
endocrine drug therapy|endokrine Therapie|hormonoterapia
enzalutamide|Enzalutamid|enzalutamida
enzastaurin|Enzastaurin|enzastaurina
epirubicin|Epirubicin|epirubicina
eribulin|Eribulin|eribulina
erythromycin|Erythromycin|eritromicina
etoposide|Etoposid|etopósido
exemestane|Exemestan|exemestano
fludarabine|Fludarabin|fludarabina
fluorouracil|Fluorouracil|fluorouracilo
5-fluorouracil|5-Fluorouracil|5-fluorouracilo
flutamide|Flutamid|flutamida
fluvoxamine|Fluvoxamin|fluvoxamina
gemcitabine|Gemcitabin|gemcitabina
gemtuzumab ozogamicin|Gemtuzumab Ozogamicin|gemtuzumab ozogamicina
goserelin|Goserelin|goserelina
hormone therapy|Hormontherapie|hormonoterapia
hydroxychloroquine|Hydroxychloroquin|hidroxicloroquina
hydroxyurea|Hydroxycarbamid|hidroxicarbamida
idarubicin|Idarubicin|idarubicina
ifosfamide|Ifosfamid|ifosfamida
immunotherapy|Immuntherapie|inmunoterapia
inotuzumab ozogamicin|Inotuzumab Ozogamicin|inotuzumab ozogamicina
interferon alpha|Interferon alfa|interferón alfa
irinotecan|Irinotecan|irinotecán
itraconazole|Itraconazol|itraconazol
lenalidomide|Lenalidomid|lenalidomida
letrozole|Letrozol|letrozol
leucovorin|Folinsäure|ácido folínico
levothyroxine|Levothyroxin|levotiroxina
melphalan|Melphalan|melfalán
mercaptopurine|Mercaptopurin|mercaptopurina
metformin|Metformin|metformina
methadone|Methadon|metadona
methotrexate|Methotrexat|metotrexato
midostaurin|Midostaurin|midostaurina
mirvetuximab soravtansine|Mirvetuximab Soravtansin|mirvetuximab soravtansina
mitomycin|Mitomycin|mitomicina
mitoxantrone|Mitoxantron|mitoxantrona
morphine|Morphin|morfina
nelarabine|Nelarabin|nelarabina
nilutamide|Nilutamid|nilutamida
oxaliplatin|Oxaliplatin|oxaliplatino
phenytoin|Phenytoin|fenitoína
platinum compound|Platinverbindung|compuesto de platino
pomalidomide|Pomalidomid|pomalidomida
prednisolone|Prednisolon|prednisolona
prednisone|Prednison|prednisona
procarbazine|Procarbazin|procarbazina
quinidine|Chinidin|quinidina
radiation therapy|Strahlentherapie|radioterapia
rasburicase|Rasburicase|rasburicasa
rifampin|Rifampicin|rifampicina
ritonavir|Ritonavir|ritonavir
sacituzumab govitecan|Sacituzumab Govitecan|sacituzumab govitecán
simvastatin|Simvastatin|simvastatina
atorvastatin|Atorvastatin|atorvastatina
lovastatin|Lovastatin|lovastatina
tamoxifen|Tamoxifen|tamoxifeno
taxane compound|Taxan|taxano
telisotuzumab vedotin|Telisotuzumab Vedotin|telisotuzumab vedotina
temozolomide|Temozolomid|temozolomida
thioguanine|Tioguanin|tioguanina
topotecan|Topotecan|topotecán
trabectedin|Trabectedin|trabectedina
trastuzumab deruxtecan|Trastuzumab Deruxtecan|trastuzumab deruxtecán
trastuzumab emtansine|Trastuzumab Emtansin|trastuzumab emtansina
tretinoin|Tretinoin|tretinoína
valproic acid|Valproinsäure|ácido valproico
vinblastine|Vinblastin|vinblastina
vincristine|Vincristin|vincristina
vinorelbine|Vinorelbin|vinorelbina
warfarin|Warfarin|warfarina
zoledronic acid|Zoledronsäure|ácido zoledrónico
`;

type Forms = Readonly<Record<Exclude<Language, 'en'>, string>>;
export const drugForms: ReadonlyMap<string, Forms> = new Map(
  rows
    .trim()
    .split('\n')
    .map((row): [string, Forms] => {
      const [english = '', de = '', es = ''] = row.split('|');
      return [english, { de, es }];
    }),
);

/** Stems of names that no language changes (WHO, stem book): a noun in a German sentence all the same. */
const UNCHANGED = /^[a-z]+(?:mab|nib|lib|parib|platin|taxel|lisib|sertib|clax|limus|stat)$/;
const joints = /( \+ |, | or | and |\/)/;
const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function oneName(text: string, language: Exclude<Language, 'en'>): string {
  // The last name of a sentence bears its full stop.
  const stop = text.endsWith('.') ? '.' : '';
  const name = text.slice(0, text.length - stop.length);
  const form = drugForms.get(name.toLowerCase())?.[language];
  if (form === undefined) return language === 'de' && UNCHANGED.test(name) ? `${upper(name)}${stop}` : text;
  return `${/^\p{Lu}/u.test(name) ? upper(form) : form}${stop}`;
}

/** Names of medicines and what joins them; a part that is no name of the table stays as it is. */
export const drugNames = (text: string, language: Language): string =>
  language === 'en'
    ? text
    : text
        .split(joints)
        .map((part, at) => (at % 2 === 1 ? part : oneName(part, language)))
        .join('');
