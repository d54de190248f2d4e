/** What a letter to a patient says, in each language. Short words and short sentences: school year eight or below. */
import type { Decision } from '../board/decision.ts';
import type { Language } from './language.ts';

interface LetterWords {
  readonly title: string;
  readonly why: string;
  readonly met: (day: string) => string;
  readonly illness: (name: string) => string;
  readonly group: string;
  readonly tests: string;
  readonly tissue: string;
  readonly blood: string;
  readonly otherSample: string;
  readonly genes: string;
  readonly notAll: string;
  readonly found: string;
  readonly changes: (genes: string) => string;
  readonly manyChanges: (count: number, genes: string) => string;
  readonly mayHelp: string;
  readonly noChange: string;
  readonly noChangeMeans: string;
  readonly family: (genes: string) => string;
  readonly familyAsk: string;
  readonly advice: string;
  readonly treatment: (names: string) => string;
  readonly noTreatment: string;
  readonly intent: Readonly<Record<Decision['intent'], string>>;
  readonly notOne: string;
  readonly steps: (count: number, day: string) => string;
  readonly goals: string;
  readonly yourChoice: string;
  readonly computers: string;
  readonly aiUsed: string;
  readonly aiScore: string;
  readonly aiNoScore: string;
  readonly aiNotChosen: string;
  readonly noAi: string;
  readonly rules: string;
  readonly people: string;
  readonly canDo: string;
  readonly ask: string;
  readonly doNot: string;
  readonly bring: string;
  readonly and: string;
  readonly oneAfterOther: string;
  readonly report: (id: string) => string;
  readonly signed: (name: string, day: string) => string;
  readonly notSigned: string;
  readonly page: (page: number, pages: number) => string;
}

export const letterWords: Readonly<Record<Language, LetterWords>> = {
  en: {
    title: 'A letter about your care',
    why: 'Why you get this letter',
    met: (day) => `A group of doctors met on ${day} to talk about your care.`,
    group: 'Such a group is called a tumor board.',
    illness: (name) => `Your illness is called: ${name}.`,
    tests: 'What we tested',
    tissue: 'We tested a small piece of your tumor.',
    blood: 'We tested some of your blood.',
    otherSample: 'We tested a sample from your body.',
    genes: 'We looked at genes. Genes tell each cell how to grow and when to stop.',
    notAll: 'Some genes were not tested. We do not know if they have changed.',
    found: 'What we found',
    changes: (genes) => `We found a change in: ${genes}.`,
    manyChanges: (count, genes) =>
      `We found a change in ${count} genes. Some of them are: ${genes}. The report names them all.`,
    mayHelp: 'Such a change can help to choose a treatment.',
    noChange: 'In what we tested, we found no change that helps to choose a treatment.',
    noChangeMeans: 'This does not mean that there is none.',
    family: (genes) => `A change in ${genes} may run in your family.`,
    familyAsk: 'Please ask to talk with a person who is trained to help with this.',
    advice: 'What the doctors advise',
    treatment: (names) => `They advise this treatment: ${names}.`,
    noTreatment: 'They did not advise a drug.',
    intent: {
      curative: 'The aim is to cure you.',
      'disease-control': 'The aim is to keep the tumor in check.',
      'symptom-control': 'The aim is to ease your pain and help you feel well.',
      trial: 'This is part of a study. You are free to say no.',
      'further-testing': 'They would like to do more tests first.',
      'watchful-waiting': 'They advise to wait and to check on you often.',
    },
    notOne: 'Not all of the doctors thought the same. Your doctor can tell you why.',
    steps: (count, day) =>
      count === 1 ? `One next step is planned, by ${day}.` : `${count} next steps are planned, the first by ${day}.`,
    goals: 'The doctors knew what you had told us about your own goals.',
    yourChoice: 'This is advice. You and your doctor choose what to do.',
    computers: 'How computers helped',
    aiUsed: 'AI was used.',
    aiScore: 'A computer model made a guess at how your illness may act.',
    aiNoScore: 'A computer model was asked, but it gave no score for you.',
    aiNotChosen: 'The model did not choose your treatment.',
    noAi: 'No AI model gave a score for you.',
    rules: 'A computer program sorted your test results by fixed rules.',
    people: 'People looked at the results. People gave the advice.',
    canDo: 'What you can do',
    ask: 'Ask your doctor what this means for you.',
    doNot: 'Do not start or stop a drug on your own.',
    bring: 'Bring this letter to your next visit.',
    and: 'and',
    oneAfterOther: 'one after the other',
    report: (id) => `This letter goes with report ${id}.`,
    signed: (name, day) => `Read and signed by ${name} on ${day}.`,
    notSigned: 'Draft. Nobody has signed this letter. It is not for the patient yet.',
    page: (page, pages) => `Page ${page} of ${pages}`,
  },
  de: {
    title: 'Ein Brief zu Ihrer Behandlung',
    why: 'Warum Sie diesen Brief bekommen',
    met: (day) => `Am ${day} haben Ärztinnen und Ärzte über Ihre Behandlung beraten.`,
    group: 'So eine Runde heißt Tumorboard.',
    illness: (name) => `Ihre Krankheit heißt: ${name}.`,
    tests: 'Was wir untersucht haben',
    tissue: 'Wir haben ein kleines Stück Ihres Tumors untersucht.',
    blood: 'Wir haben etwas von Ihrem Blut untersucht.',
    otherSample: 'Wir haben eine Probe aus Ihrem Körper untersucht.',
    genes: 'Wir haben Gene angesehen. Gene sagen jeder Zelle, wie sie wachsen und wann sie aufhören soll.',
    notAll: 'Einige Gene wurden nicht untersucht. Ob sie verändert sind, wissen wir nicht.',
    found: 'Was wir gefunden haben',
    changes: (genes) => `Wir haben eine Veränderung gefunden in: ${genes}.`,
    manyChanges: (count, genes) =>
      `Wir haben in ${count} Genen eine Veränderung gefunden. Einige davon sind: ${genes}. Der Bericht nennt sie alle.`,
    mayHelp: 'So eine Veränderung kann helfen, eine Behandlung zu wählen.',
    noChange:
      'In dem, was untersucht wurde, haben wir keine Veränderung gefunden, die bei der Wahl der Behandlung hilft.',
    noChangeMeans: 'Das heißt nicht, dass es keine gibt.',
    family: (genes) => `Eine Veränderung in ${genes} kann in Ihrer Familie liegen.`,
    familyAsk: 'Bitte fragen Sie nach einer genetischen Beratung.',
    advice: 'Was die Ärztinnen und Ärzte raten',
    treatment: (names) => `Sie raten zu dieser Behandlung: ${names}.`,
    noTreatment: 'Sie raten zu keinem Medikament.',
    intent: {
      curative: 'Das Ziel ist, Sie zu heilen.',
      'disease-control': 'Das Ziel ist, den Tumor aufzuhalten.',
      'symptom-control': 'Das Ziel ist, Beschwerden zu lindern.',
      trial: 'Das ist Teil einer Studie. Sie dürfen Nein sagen.',
      'further-testing': 'Zuerst sollen weitere Untersuchungen gemacht werden.',
      'watchful-waiting': 'Der Rat ist, abzuwarten und Sie oft zu untersuchen.',
    },
    notOne: 'Nicht alle waren einer Meinung. Ihre Ärztin oder Ihr Arzt kann Ihnen sagen, warum.',
    steps: (count, day) =>
      count === 1
        ? `Ein nächster Schritt ist geplant, bis ${day}.`
        : `${count} nächste Schritte sind geplant, der erste bis ${day}.`,
    goals: 'Die Runde kannte Ihre eigenen Ziele, wie Sie sie uns gesagt haben.',
    yourChoice: 'Das ist ein Rat. Sie und Ihre Ärztin oder Ihr Arzt entscheiden.',
    computers: 'Wie Computer geholfen haben',
    aiUsed: 'Künstliche Intelligenz (KI) wurde benutzt.',
    aiScore: 'Ein Computermodell hat geschätzt, wie sich Ihre Krankheit verhalten kann.',
    aiNoScore: 'Ein Computermodell wurde befragt, gab für Sie aber keinen Wert an.',
    aiNotChosen: 'Das Modell hat Ihre Behandlung nicht gewählt.',
    noAi: 'Kein KI-Modell hat für Sie einen Wert angegeben.',
    rules: 'Ein Computerprogramm hat Ihre Befunde nach festen Regeln geordnet.',
    people: 'Menschen haben die Ergebnisse angesehen. Der Rat kommt von Menschen.',
    canDo: 'Was Sie tun können',
    ask: 'Fragen Sie, was das für Sie bedeutet.',
    doNot: 'Beginnen oder beenden Sie kein Medikament von sich aus.',
    bring: 'Bringen Sie diesen Brief zum nächsten Termin mit.',
    and: 'und',
    oneAfterOther: 'nacheinander',
    report: (id) => `Dieser Brief gehört zum Bericht ${id}.`,
    signed: (name, day) => `Gelesen und unterschrieben von ${name} am ${day}.`,
    notSigned:
      'Entwurf. Niemand hat diesen Brief unterschrieben. Er ist noch nicht für die Patientin oder den Patienten.',
    page: (page, pages) => `Seite ${page} von ${pages}`,
  },
  es: {
    title: 'Una carta sobre su tratamiento',
    why: 'Por qué recibe esta carta',
    met: (day) => `El ${day} un grupo de médicos habló de su caso.`,
    group: 'Ese grupo se llama comité de tumores.',
    illness: (name) => `Su enfermedad se llama: ${name}.`,
    tests: 'Qué se analizó',
    tissue: 'Analizamos un trozo pequeño de su tumor.',
    blood: 'Analizamos un poco de su sangre.',
    otherSample: 'Analizamos una muestra de su cuerpo.',
    genes: 'Miramos los genes. Los genes dicen a cada célula cómo crecer y cuándo parar.',
    notAll: 'Algunos genes no se analizaron. No sabemos si han cambiado.',
    found: 'Qué se encontró',
    changes: (genes) => `Encontramos un cambio en: ${genes}.`,
    manyChanges: (count, genes) =>
      `Encontramos un cambio en ${count} genes. Algunos de ellos son: ${genes}. El informe los nombra todos.`,
    mayHelp: 'Un cambio así puede ayudar a elegir un tratamiento.',
    noChange: 'En lo que se analizó no encontramos ningún cambio que ayude a elegir un tratamiento.',
    noChangeMeans: 'Eso no quiere decir que no lo haya.',
    family: (genes) => `Un cambio en ${genes} puede ser de familia.`,
    familyAsk: 'Por favor, pida una consulta de consejo genético.',
    advice: 'Qué aconsejan los médicos',
    treatment: (names) => `Aconsejan este tratamiento: ${names}.`,
    noTreatment: 'No aconsejan ningún medicamento.',
    intent: {
      curative: 'El fin es curarle.',
      'disease-control': 'El fin es frenar el tumor.',
      'symptom-control': 'El fin es aliviar sus molestias.',
      trial: 'Es parte de un estudio. Usted puede decir que no.',
      'further-testing': 'Primero quieren hacer más pruebas.',
      'watchful-waiting': 'Aconsejan esperar y verle a menudo.',
    },
    notOne: 'No todos los médicos pensaban lo mismo. Su médico puede decirle por qué.',
    steps: (count, day) =>
      count === 1
        ? `Hay un paso previsto, antes del ${day}.`
        : `Hay ${count} pasos previstos, el primero antes del ${day}.`,
    goals: 'Los médicos sabían lo que usted nos dijo sobre lo que le importa.',
    yourChoice: 'Esto es un consejo. Usted y su médico deciden.',
    computers: 'Cómo ayudaron los ordenadores',
    aiUsed: 'Se usó inteligencia artificial (IA).',
    aiScore: 'Un modelo de ordenador estimó cómo puede comportarse su enfermedad.',
    aiNoScore: 'Se preguntó a un modelo de ordenador, pero no dio ningún valor para usted.',
    aiNotChosen: 'El modelo no eligió su tratamiento.',
    noAi: 'Ningún modelo de IA dio un valor para usted.',
    rules: 'Un programa ordenó sus resultados según reglas fijas.',
    people: 'Los resultados los vieron personas. El consejo lo dan personas.',
    canDo: 'Qué puede hacer usted',
    ask: 'Pregunte a su médico qué significa esto para usted.',
    doNot: 'No empiece ni deje un medicamento por su cuenta.',
    bring: 'Traiga esta carta a su próxima cita.',
    and: 'y',
    oneAfterOther: 'uno tras otro',
    report: (id) => `Esta carta va con el informe ${id}.`,
    signed: (name, day) => `Leída y firmada por ${name} el ${day}.`,
    notSigned: 'Borrador. Nadie ha firmado esta carta. Aún no es para el paciente.',
    page: (page, pages) => `Página ${page} de ${pages}`,
  },
};
