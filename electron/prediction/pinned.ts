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
};
