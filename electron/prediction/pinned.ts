/** Written by models/training/pin.mjs: SHA-256 of each file of each shipped model. Not edited by hand. */
export const pinnedModels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aggressiveness: {
    'archetypes.json': 'c78e1bdb1ebf8976e7967b742d080c928e9c67ebb633a74e23aa454959e3d135',
    'card.json': '7eb5886bfbb7af9adccff57856ecc9fbcaf59be664daa10bf7fb0c60bf612cb7',
    'card.md': '40ba4bf0c73e9ed86df34e647b1b81b7a5b659e743d902ff5a43bf6deeac4907',
    'features.json': 'df14fa504b0f15a091f2547e0325fbb2c8b3a173ef7dd1187cd9831aebfaa536',
    'model.onnx': '0a08a9bfb15fb23a1b07dd5f639f29875e6dc1a2f29a70a2c3ec8394b1958df8',
    'parity.json': 'be8b2dd094714171cf2be390b87e565224122ad6d88d18b6354359e46589abe0',
    'population.json': '1764829fe9a6e3bd05d2c311dd8e9b2b54e1975a82fcfec073f6f34d4460353c',
    'predictions.csv': '7deed94c87c4ae85f80af6be17156baceb5c4fc46faf934c023bc42751e3cc95',
  },
  'breast-prognosis': {
    'card.json': 'd94a9befbe03b964dca959ad1f325a8feb9041e0be46b26e29456d5fe8a4a774',
    'card.md': 'aa45c29675984a225462c6f7b84bf5059354d14ee5b7f3fa941bb6e129f7b82b',
    'input.json': '0c5403b3d17f73a341de15fa5f1dd0bd6c59a33cfcb93c0c6a2749691c6a6f87',
    'model.onnx': '71de94e89c975efb37d8ae0e948e6bbeaea6ea96ebb28037eb194139e2748164',
    'parity.json': '8391278c0c6b6b0c72fd1febaa2f75d0ca73104e6a9a45682981098046cbf598',
    'predictions.csv': '3f2fac1d564e178fef16bdead43ecfc5852af9ef6167bad56adeb73f5d05ca38',
  },
  'drug-sensitivity': {
    'card.json': 'bcb3ea1c5bcc729fd13ff38365ba4aecf6a8a1131fdeadb4fe876a593002e244',
    'card.md': 'ea9724cd25bb7e78d43aef3957c4982dd803df84e27ec597e17e9ca7b2ad2a86',
    'input.json': 'fa966b8064cc8b566e0d214c88c3f474a6fed796b6911a4f0984b38516c630a6',
    'model.onnx': '71a627469e1b9f2508ccc427e452bc9c190323d2ea2a6577786003cda5955ddf',
    'parity.json': '5ba8e8c3cb4d88464cb819c9e2b7dff7fef5026f605b97b09d848668da690082',
  },
  'ici-response': {
    'card.json': 'd6970e4aaa84af3707af9f18388301ef493deba4dc04227dac352f0b92feec28',
    'card.md': 'fcf82b67c43986eecfca5ef00af0f0349c4c5e3f8b9059b4d54daeb21cd3fc60',
    'input.json': '938827b98cd3dd9758d6fdc7a9f6de93542144834e4addff1fd654536f91fe6a',
    'model.onnx': '6ecfd4df309aff2e5edf8933debbcda1fd4dc883ef134765c655ec7d8b2a29c1',
    'parity.json': '4e04cf5d223a606f580623b262ae41791f5a4aa05dd7761697b0dfa4b479393d',
    'predictions.csv': '5822416f0e82894ab3df0552be9f17a36e8093fed67a74d22de63603146bee55',
  },
  'neoadjuvant-response': {
    'card.json': '74966edff94b10a7e02938079a4f596c0a80ef57c8251a3dab12c686d8fb2d71',
    'card.md': '8476d20766112622a7e3ee082b1fa21c653406ff7a35cbaa8a5b52a56d8a7adc',
    'input.json': 'f42122b7023d8b5fdd87ed8123e75662316233d351756a483d91a206a85130f4',
    'model.onnx': 'ff92dfe13bf31c6ec4d21bb36f9d05c7fb605f2042a216376a0851e2545c6998',
    'parity.json': '2f1fdc836ba683f94f07d024a937a7a929f91ab01b688ec1448e01cc8a0de7dc',
    'predictions.csv': '3a0773fa9574370f6d6b189671a86621715be17f208144a675a9119abff19eb4',
  },
};

/** SHA-256 of models/change-control.json: what an update from outside may change. */
export const pinnedChangeControl = '2c68593cbd8c50ea30e074f71c1a6a92e0f0235fb426329b74316c39c14fd2bf';
