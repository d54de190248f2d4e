/** Written by models/training/pin.mjs: SHA-256 of each file of each shipped model. Not edited by hand. */
export const pinnedModels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aggressiveness: {
    'archetypes.json': 'c78e1bdb1ebf8976e7967b742d080c928e9c67ebb633a74e23aa454959e3d135',
    'card.json': '3a73816d007ac43308cd4a26b4207550a2f80c7634f919623e4628482b821738',
    'card.md': '8b64669211464b43492e5bccc09cc00d6441ef39074883b9e874456f5e9da8de',
    'features.json': 'df14fa504b0f15a091f2547e0325fbb2c8b3a173ef7dd1187cd9831aebfaa536',
    'model.onnx': '0a08a9bfb15fb23a1b07dd5f639f29875e6dc1a2f29a70a2c3ec8394b1958df8',
    'parity.json': 'be8b2dd094714171cf2be390b87e565224122ad6d88d18b6354359e46589abe0',
    'population.json': '1764829fe9a6e3bd05d2c311dd8e9b2b54e1975a82fcfec073f6f34d4460353c',
    'predictions.csv': '7deed94c87c4ae85f80af6be17156baceb5c4fc46faf934c023bc42751e3cc95',
  },
  'breast-prognosis': {
    'card.json': 'aea3ac061a5c7a8ff984057e7624b4538f8c064ad8088f0a29bd605e79353694',
    'card.md': 'e7d25d007dbb35aeee7b843d9a66c9b15472dae964340b126c1f69289dd9c656',
    'input.json': '0c5403b3d17f73a341de15fa5f1dd0bd6c59a33cfcb93c0c6a2749691c6a6f87',
    'model.onnx': '71de94e89c975efb37d8ae0e948e6bbeaea6ea96ebb28037eb194139e2748164',
    'parity.json': '8391278c0c6b6b0c72fd1febaa2f75d0ca73104e6a9a45682981098046cbf598',
    'predictions.csv': '3f2fac1d564e178fef16bdead43ecfc5852af9ef6167bad56adeb73f5d05ca38',
  },
  'drug-sensitivity': {
    'card.json': 'bd7daf5707eee11a82cbfafae25a6ef0c5c8769fa768d49ad8dfda2d55ee607f',
    'card.md': 'fdec2e8a86139eda54c4d81947d5c5965ad5f15264b429840246af497cf6bc74',
    'input.json': 'fa966b8064cc8b566e0d214c88c3f474a6fed796b6911a4f0984b38516c630a6',
    'model.onnx': '71a627469e1b9f2508ccc427e452bc9c190323d2ea2a6577786003cda5955ddf',
    'parity.json': '5ba8e8c3cb4d88464cb819c9e2b7dff7fef5026f605b97b09d848668da690082',
  },
  'ici-response': {
    'card.json': '17be1116d3e73bd43dfd310af069983cdbd1c8cef9425658108420af8166b2d0',
    'card.md': '81d4e7db84a5f8223e8e7b3605c51809e5d62c5f3bf60112cf90eb3b78b55f3c',
    'input.json': '938827b98cd3dd9758d6fdc7a9f6de93542144834e4addff1fd654536f91fe6a',
    'model.onnx': '6ecfd4df309aff2e5edf8933debbcda1fd4dc883ef134765c655ec7d8b2a29c1',
    'parity.json': '4e04cf5d223a606f580623b262ae41791f5a4aa05dd7761697b0dfa4b479393d',
    'predictions.csv': '5822416f0e82894ab3df0552be9f17a36e8093fed67a74d22de63603146bee55',
  },
  'neoadjuvant-response': {
    'card.json': '0495c4557c598f9fe256630798179802ebf77ac0bd0316d293d5aff73169da2e',
    'card.md': '067a09f1d14bb525a84af96b96b3ccccbca662ba39472e444eb620cd5ea1282a',
    'input.json': 'f42122b7023d8b5fdd87ed8123e75662316233d351756a483d91a206a85130f4',
    'model.onnx': 'ff92dfe13bf31c6ec4d21bb36f9d05c7fb605f2042a216376a0851e2545c6998',
    'parity.json': '2f1fdc836ba683f94f07d024a937a7a929f91ab01b688ec1448e01cc8a0de7dc',
    'predictions.csv': '3a0773fa9574370f6d6b189671a86621715be17f208144a675a9119abff19eb4',
  },
};

/** SHA-256 of models/change-control.json: what an update from outside may change. */
export const pinnedChangeControl = '2c68593cbd8c50ea30e074f71c1a6a92e0f0235fb426329b74316c39c14fd2bf';
