/** Written by models/training/pin.mjs: SHA-256 of each file of each shipped model. Not edited by hand. */
export const pinnedModels: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aggressiveness: {
    'card.json': '0ba94e14457085a69ff72299e2ba55145593ae6b1818e366111218eb87f95ed5',
    'card.md': '9bede1e498d114592d0dca5eaf172f62da9950c378c96a033ddbf6ebc0837df0',
    'features.json': 'b81cc5cc910a783c2ebfc52e719ae4e55502e0b71ce3b7c2ab18fb60e4eec21a',
    'model.onnx': '0a08a9bfb15fb23a1b07dd5f639f29875e6dc1a2f29a70a2c3ec8394b1958df8',
    'parity.json': 'be8b2dd094714171cf2be390b87e565224122ad6d88d18b6354359e46589abe0',
    'population.json': '1764829fe9a6e3bd05d2c311dd8e9b2b54e1975a82fcfec073f6f34d4460353c',
  },
  'ici-response': {
    'card.json': 'd1b6823bbc595de99cfb6c85ff070e6e407355e383b3c205525a33accd8a4114',
    'card.md': '2243f85eae8279af6a77e825158718827201fe8c14428ec7c4eb1918ef1c6012',
    'input.json': 'bf76db395fac442a3dac8e0797c8eb537f90c1b8d46673496908782ea52ae356',
    'model.onnx': '29e64bb0a8ae9c68cf713d4d7ef93ef1c1c1a3817bc89865735d97354d67bab8',
    'parity.json': '73025c211cc3f009c44d648fd7bfff4c9782efe6cb4f4a7ac3148375dcae440f',
  },
  'neoadjuvant-response': {
    'card.json': '6b0fb2ec7985abdea4e7998e98747090d6c6f0818dc1b06a0eec3e76ddc654c8',
    'card.md': '83e867118ad2b9a01565fc0621cad41d6189848ddd91e946b2640d4c29ee22d3',
    'input.json': '0dfbe1b3e4d8571d0f525e8031737ad0d68f45e463e5f38680feeb201f8b0d6d',
    'model.onnx': 'aa8bd5ef760bea7e3e080bcc1cbbb11d9ad920a4bb114eaeae4fbb61467807e2',
    'parity.json': 'add2c892d1414b1d918fa06f2da651a55b2249c9cb6ad47f40ee02793b2b1ecb',
  },
};
