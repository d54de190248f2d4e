/** Written by models/training/pin.mjs: SHA-256 of each file of each shipped model. Not edited by hand. */
export const pinnedModels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aggressiveness: {
    'archetypes.json': 'c78e1bdb1ebf8976e7967b742d080c928e9c67ebb633a74e23aa454959e3d135',
    'card.json': '34742a30fd9e72331cf722c60ae086b9ade596871e273c5583145a2df93f90d1',
    'card.md': '7253173354e550b64f4a6f682aafeed67971fb9a0cb6ff70bec7b52b0ffe2e5f',
    'features.json': '4797c9973c53ec21da4ed6a5744edc4a7b12b28f0847b5c48555db23f1053155',
    'model.onnx': '4c8bbdcca4ddb062b8bb2b0f20dd95ea41fc1d775ddcf38e5a3dd68fd571d264',
    'parity.json': '70c95e5c0c390886933820fa915600b37f9cb57dd404777fa34693957696a3eb',
    'population.json': '7f2b5d17a07c777579a993e3e881b659f73460580eaaaa9b64bc9045f80400ec',
    'predictions.csv': '7deed94c87c4ae85f80af6be17156baceb5c4fc46faf934c023bc42751e3cc95',
  },
  'aggressiveness-preoperative': {
    'card.json': '6f00925df5e8efb484b8d854cc178b8a81ee8352a98cbf7832b512463ffad2fe',
    'card.md': '862a5c11c2a0425781c4b9f24e9ac3655bcc3063c526830b9aedd59f4461d433',
    'features.json': '19ae5ec39c8f4e9e9da412d0034bbef3f9c44a1795d7c21de98f5f99a410b4a6',
    'model.onnx': 'f60605fb7ab31d41557fa9797aefeead578f577e5ffe01c1bb6081e7597bda5a',
    'parity.json': '894e642a581e1c88cc92cc3411a071a40a33dfc07d65323fe479b5dc5eee0813',
    'population.json': '076703630bd4ecc808f17ec9037d41eb5683670a942b4903d6ea12ca194b4600',
    'predictions.csv': 'c94f0c6843cac41723f62be81fd45f07a9ce940a8c0b7ddfab58890328bc7b9d',
  },
  'breast-prognosis': {
    'card.json': 'bbec9672744a654eee710e83761a3ba0eaf28ce5abf6f6bc844f22019271c0f5',
    'card.md': 'ded5db2492e0d14d74187ff3dbc7475084df456905a1e0744f86454e3b3da676',
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
    'card.json': '7a11f6530eff2684d05ec37035dc25c8f32e6796de2ef76372d5df36923f5618',
    'card.md': '6f5960e55b461e7cc64ff719495939aa93f47bb3de0ddb1598557c76ba34fc58',
    'input.json': '938827b98cd3dd9758d6fdc7a9f6de93542144834e4addff1fd654536f91fe6a',
    'model.onnx': '6ecfd4df309aff2e5edf8933debbcda1fd4dc883ef134765c655ec7d8b2a29c1',
    'parity.json': '4e04cf5d223a606f580623b262ae41791f5a4aa05dd7761697b0dfa4b479393d',
    'predictions.csv': '5822416f0e82894ab3df0552be9f17a36e8093fed67a74d22de63603146bee55',
  },
  'neoadjuvant-response': {
    'card.json': '5a0c9f11611f1b9f08a7112b6cbe4454d78d0be298bdc0c7e6c9df25f686e000',
    'card.md': '9fe8d674512f922646d6ec7386c098657e177f939de0c5f11bcc9642bc78ce10',
    'input.json': 'f42122b7023d8b5fdd87ed8123e75662316233d351756a483d91a206a85130f4',
    'model.onnx': 'ff92dfe13bf31c6ec4d21bb36f9d05c7fb605f2042a216376a0851e2545c6998',
    'parity.json': '2f1fdc836ba683f94f07d024a937a7a929f91ab01b688ec1448e01cc8a0de7dc',
    'predictions.csv': '3a0773fa9574370f6d6b189671a86621715be17f208144a675a9119abff19eb4',
  },
};

/** SHA-256 of models/change-control.json: what an update from outside may change. */
export const pinnedChangeControl = 'b2b40414e091789fb6ab6285eada951126f4094ee012235c3e05baf255803c05';
