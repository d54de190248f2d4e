/** Written by models/knowledge/build/pin.ts: SHA-256 of each file of each shipped pack. Not edited by hand. */
export const pinnedPacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvals: {
    'agencies.json': '0c6b001e763e0b882b161b55c261077b2e1205e1e83900b2512d13395095e51f',
    'approvals.json': 'e292a0b5a379c4fd0cddfdf539ea044c543d6f37a791cafbad6e7aaf24bf90cd',
    'manifest.json': '329728dd554c45ad17274f84f15c3bbb5b78b60e186daeab73c73d27e3cf4d39',
    'resistance.json': 'e54729938fed5ca649728289b617ee7cd190a4407c329ab16c9ac1d8ef85fb71',
  },
  civic: {
    'coordinates.json': 'aa7ab973f28c0a138943627a82dcb59c0bc0430eba5f3fc9762fb97654b6e364',
    'diseases.json': 'a36fec43160bdede8a75996948f21ea5a6d5766a1c066277543052cdc26d9255',
    'evidence.json': '66bbcc5f97ae0d1b73921091c9cd41d2a00e9b297072c4709d83aa3442c5bf71',
    'manifest.json': 'de60b00e95d18350184487b061dd89d69cd53250419dcd2d960f5d3ef1dbfd4b',
  },
  'drug-classes': {
    'agents.json': '8bfbda0cf97c3bf8b70096f7ab90ba12271175ffde19cf19c50dd26093379f6d',
    'manifest.json': '498435cc61bfefb7e30534c3a7f528c195e6e59c2ef38560d9d01aafc354b9dc',
  },
  genes: {
    'aliases.json': 'ee758257a13c60154d37708d63f9effa3a02c6104d0c4ebccd796654b1fb3b42',
    'coding-sequences.txt': '2cfada735307205a3da21eba5bc11f9ad7a87fe77ac7ac33a950ca4527ac5f07',
    'genes.json': 'a0f0703b436e8de54cc5ea1762da340631d5655efc4fd0a1ff8114dc123aea04',
    'manifest.json': 'b6f3f40cda16e289cd9398681bb41be869d577a91267a41302dd4318c691f74f',
    'roles.json': '83aa647d4338e6643326d04000ea84c189e8bbecac14dd35d471e1024f3ed899',
  },
  hotspots: {
    'codons.json': 'a94ada514f92ad2baf55286655ea9c7e27f6ce090f6902592de7e00c6a22dd38',
    'hotspots.json': 'f6b40d9d17f701ce6d0866f0522e0289fe4b8b546d14eeacbc9545b6221a0154',
    'manifest.json': 'f56042ac16b3a0702b4085d187cd9a94fe954d2d51ecb099255f17e5f27f8935',
  },
  oncotree: {
    'manifest.json': '4d9110a6828b6e01d9ab1d0c2ffa46be63ad18344df787ae62ef40b6073faab8',
    'tumor-types.json': '57ff8155749e7e32f7b9b02fdc92e83407e2886fafabcbafc00ca8bc4f6fc478',
  },
  pharmacogenes: {
    'definitions.json': 'a9c999c54df1b3c37345be6a7cdc9350e7d09b8dc2ab082ddcd268a3963286f5',
    'manifest.json': '6467fa51461dae5e81be2c6b2406ee301d83c3dd97da0bdff13187f8269f3cd3',
    'phenotypes.json': '7eff6a43ca90140be060f9b6a3b53664a0e0a28b681cfb9b193e0e8f95b346a7',
    'recommendations.json': 'a725a21de984cd517e78f88ae656f25f6e75e5f2e0a19f4f80b57c5179bf75d3',
  },
};
