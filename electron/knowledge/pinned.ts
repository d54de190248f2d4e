/** Written by models/knowledge/build/pin.ts: SHA-256 of each file of each shipped pack. Not edited by hand. */
export const pinnedPacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvals: {
    'agencies.json': '0c6b001e763e0b882b161b55c261077b2e1205e1e83900b2512d13395095e51f',
    'approvals.records': 'cf6b186dee674210bc09ea40b35f27ae2255cc8ab805569aaad7debab125d5ef',
    'manifest.json': '3c510546c368e76a6a5341e67c21960878bc9186b70412456699e2f23c7e0d77',
    'resistance.records': '2fb7d0bf59bef7a8e0d5a03c8eb3148143594f055ab5b66cf94de539c7f0cdd7',
  },
  civic: {
    'coordinates.json': 'aa7ab973f28c0a138943627a82dcb59c0bc0430eba5f3fc9762fb97654b6e364',
    'diseases.json': 'a36fec43160bdede8a75996948f21ea5a6d5766a1c066277543052cdc26d9255',
    'evidence.records': '14d6d74cf8f6c82b0e466c74cb46e8ebec31c9ff0e40acb2e6ed80a1d8d0c3e8',
    'manifest.json': 'c2bae67399fa7ed4ec1f239635a6881f7be270e4cdb57af82e5551f500df74ea',
  },
  clinvar: {
    'codons.txt': 'e7c73ebad8f723b01c54b5174187a2ba310f4a1dcf564c3450dc47a5e3c26873',
    'manifest.json': 'c06bff1679879e5f14b9078ff577a84f412844dba5c2a3d4cf49b589843ce8b0',
  },
  'cohort-breast': {
    'cohorts.json': '5cf3951298f3ba3710925a8e9137bd620e95173511e9f9ac1649396720092678',
    'manifest.json': 'a264c1202148a380d6df342e7361f017fce2ea51297fc00bbec0fbca717a8846',
    'scan-b.tsv': '68be9028bc9c0edcdccc56805ebfe58e5f2de43974978eeb7142ee8b9ff15b06',
  },
  'cohort-immunotherapy': {
    'cohorts.json': 'be543b1064278b4969352605639ea1e277c3bda631a0188218fb5a10693d0b56',
    'icb-kidney.tsv': 'b20be84103b142763d0e4ebd60b20f6daf0c3f0d81a35f1fc60ffd683fa3be49',
    'icb-melanoma.tsv': '92dd42e593f84b48f5b558c82c9c5c0a82c42f82fb252dfb43c84f99a672c674',
    'icb-urothelial.tsv': '032eb11688e73f29bcb4c4331785c417a4498ad467c071fc635fdab9d92885b1',
    'manifest.json': '2ee7488575f4830867e5da4544d0bca8e07a19b1f124ea77143c531e29c4c2d1',
  },
  'cohort-protein': {
    'cohorts.json': 'b57f791ed1e0d59e36965caaaf4177a8c980d8095d8916988cf8d51bbdf09be6',
    'manifest.json': 'dab663b5a0aca79a78c3ea77568ad5cb9058a7dee3f74e082bce1a0935c15a6d',
    'tcga-brca-rppa.tsv': '4f2396ee0fec6da804777c92355057ee5a5933c6556e7de7d4244852e8b5c385',
  },
  'drug-classes': {
    'agents.json': '8bfbda0cf97c3bf8b70096f7ab90ba12271175ffde19cf19c50dd26093379f6d',
    'manifest.json': '498435cc61bfefb7e30534c3a7f528c195e6e59c2ef38560d9d01aafc354b9dc',
  },
  expression: {
    'hallmark.json': 'a45f42a2e649449da5c33175a7b71bbb7e3e79e08c936bdc1e0a2b19c01bad07',
    'manifest.json': '0ffb5055986c26664d53afbfb3fa4ad629c452d088c2d5b2636c042683999de2',
    'pam50.json': '691f2fa64ea9fd98905aefdabc1e7fae59f5e70eff517186583fc9580b2e1ca4',
    'pathways.records': '26880f71d1335e7a6f5eb87d33c92e355cb2bd29b0c11ba64410bcb1a8763f0f',
    'reactome.records': '35f06619b80acb30934d194ec5399c8260aeac2ed21f65935bf0786d46c4a361',
  },
  genes: {
    'aliases.json': 'ee758257a13c60154d37708d63f9effa3a02c6104d0c4ebccd796654b1fb3b42',
    'coding-sequences.txt': '2cfada735307205a3da21eba5bc11f9ad7a87fe77ac7ac33a950ca4527ac5f07',
    'genes.records': '56e529dd83636f441aea4673c1a6354c8bd4c7dbff843100c25b42c595d910d9',
    'manifest.json': 'e3c07d2d4e9fe90622f5f790a482a30cfb3c462bb2f76f986dd341cf2dfaa985',
    'roles.json': '83aa647d4338e6643326d04000ea84c189e8bbecac14dd35d471e1024f3ed899',
  },
  hereditary: {
    'genes.json': 'ba72044e6ba630a55d7f5fb2559f88fa77e9caddf5b3f7c2c29b2205ac121b7e',
    'manifest.json': '19d24cdb0391ded6a456596f3ac0757378e1f717c7db513d5eb72280190e483d',
    'phenotypes.json': 'c0e4b2d7eb6683309453300d375c616d995b5a74d1793127ec37c6fdd0b0ea5f',
  },
  hotspots: {
    'codons.json': 'a94ada514f92ad2baf55286655ea9c7e27f6ce090f6902592de7e00c6a22dd38',
    'hotspots.json': 'f6b40d9d17f701ce6d0866f0522e0289fe4b8b546d14eeacbc9545b6221a0154',
    'manifest.json': 'f56042ac16b3a0702b4085d187cd9a94fe954d2d51ecb099255f17e5f27f8935',
  },
  'immune-signatures': {
    'immune.json': '581ca9dcf7d83806c0e8520e9a136709b03d856cb00842983e5677fa8b7f6016',
    'manifest.json': '8078cdb6b54ad50cf37adfccc2954de529cdeccb83c6ffc6de09cf974e87967f',
  },
  liftover: {
    'grch37-to-grch38.chain': '97f5a455ba2830fa28c6cd49ba7b5164d7ca9d776dcc4d8788b4f8055739eca2',
    'grch38-to-grch37.chain': 'd2756d279be3aa8bda5c96c0c02dec894a88d874e12e4b4f9e8b99a87cb79cf5',
    'manifest.json': 'a891d1f8dc2b9ae3c22bbd1e160007b058a449933db581ea505434d6ad19b526',
  },
  oncotree: {
    'manifest.json': '4d9110a6828b6e01d9ab1d0c2ffa46be63ad18344df787ae62ef40b6073faab8',
    'tumor-types.json': '57ff8155749e7e32f7b9b02fdc92e83407e2886fafabcbafc00ca8bc4f6fc478',
  },
  pharmacogenes: {
    'definitions.json': 'f971f2ee724e29d8a3712276c331d0fd03952d5bff69d1168c1c7f39b92cef7e',
    'manifest.json': 'c8c41e6e61ecaf9a1bc8731a41f7b95fa8f13ffdb395ccfc2a450252fa603ab8',
    'phenotypes.json': '7eff6a43ca90140be060f9b6a3b53664a0e0a28b681cfb9b193e0e8f95b346a7',
    'recommendations.records': '2f804d9a5307358ba3008d781cc598f2e5d5a42daaf1851689af014bbb093d3a',
  },
  signatures: {
    'manifest.json': '55f2211fe13a2bb09bf82c978e21f7163f0e9e53e75fc4dd4d7b96d5c4f7e493',
    'signatures.json': '49ac8300b2f71b93b52766e02fe7d217d1d2b6abf6f69e7be3375988a5ceb1c4',
  },
};
