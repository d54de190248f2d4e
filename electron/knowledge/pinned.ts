/** Written by models/knowledge/build/pin.ts: SHA-256 of each file of each shipped pack. Not edited by hand. */
export const pinnedPacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  approvals: {
    'agencies.records': '2dc930912553d31826b7a62e5516d422d27e2fd7e058fdf6686779febd3a9928',
    'approvals.records': '373a73a0c1f9c4cd4243589afa3b62966e7311b9ebad65c5785c163f4db972e7',
    'manifest.json': '3250b02e8c7edd40dd56cf8f362296491156cb229ba11f3efb53159604ebabd1',
    'resistance.records': '2fb7d0bf59bef7a8e0d5a03c8eb3148143594f055ab5b66cf94de539c7f0cdd7',
  },
  civic: {
    'coordinates.records': '810eb9fef7eb138debecdf651543a8b0fca3b4b7896bd09e63351572f412788f',
    'diseases.records': '21dbd1690d3a6e3a465d4be0ce36201db6d70dc35a181c97e5ed16805c35749a',
    'evidence.records': '14d6d74cf8f6c82b0e466c74cb46e8ebec31c9ff0e40acb2e6ed80a1d8d0c3e8',
    'manifest.json': 'e011ec3c75722051c2c469dfa4dcbc27ef3f18c17bb007b88bbb8b9e5e260029',
  },
  clinvar: {
    'codons.txt': 'e7c73ebad8f723b01c54b5174187a2ba310f4a1dcf564c3450dc47a5e3c26873',
    'manifest.json': 'c06bff1679879e5f14b9078ff577a84f412844dba5c2a3d4cf49b589843ce8b0',
  },
  'cohort-breast': {
    'cohorts.records': 'd5ec0a9a323f989d845a43054c51eb8f9c27154ee1cd0851011ee54267d71c2b',
    'manifest.json': '56dc5e0291300bb1210346911f10199f239df9a536ec87d3dc6c477fcffbbc9c',
    'scan-b.tsv': '68be9028bc9c0edcdccc56805ebfe58e5f2de43974978eeb7142ee8b9ff15b06',
  },
  'cohort-immunotherapy': {
    'cohorts.records': '59cc204c417259afd16f0a691e1d63b346051513bc481e3d9819ed19d68206ba',
    'icb-kidney.tsv': 'b20be84103b142763d0e4ebd60b20f6daf0c3f0d81a35f1fc60ffd683fa3be49',
    'icb-melanoma.tsv': '92dd42e593f84b48f5b558c82c9c5c0a82c42f82fb252dfb43c84f99a672c674',
    'icb-urothelial.tsv': '032eb11688e73f29bcb4c4331785c417a4498ad467c071fc635fdab9d92885b1',
    'manifest.json': '075c1d891107729a5e326363db08e369d15b0c1934d53de8425c0e79e8e88d5d',
  },
  'cohort-protein': {
    'cohorts.records': 'aeebd56c5b02d0c5049e8cd59f651f031cac5e5736eb12bba2d81da514781ab6',
    'manifest.json': 'ff339258154a47c8cb8cf899a69e8d5c75daf43deb06e7cf2192336fbc0215e6',
    'tcga-brca-rppa.tsv': '4f2396ee0fec6da804777c92355057ee5a5933c6556e7de7d4244852e8b5c385',
  },
  'drug-classes': {
    'agents.records': '5f950bf4ec0d6a29b4ef072affbd6d0b045d62c1b069349947c002d7de37f4ce',
    'manifest.json': 'ca769112bd3c12a59e3eca307ad6fdd151abc3dedd5acab74920c989f82a5ebb',
  },
  expression: {
    'hallmark.records': '52bec60e81985987d51ecbf543a96102de6e1a7f0a50028d9241cf51847bfb3e',
    'manifest.json': '9ffaf413dc5c0f36043fa014b35e792ab0b67f1e3572f0ee518d17c1f03620ee',
    'pam50.records': '51a308200497e6b4716424cd5e0a59ceef521c04b3b82731f1851c15d0273eb1',
    'pathways.records': '26880f71d1335e7a6f5eb87d33c92e355cb2bd29b0c11ba64410bcb1a8763f0f',
    'reactome.records': '35f06619b80acb30934d194ec5399c8260aeac2ed21f65935bf0786d46c4a361',
  },
  genes: {
    'aliases.records': '6ca06082568630a5c8c6f482afcb058cdfe7818af7c72837c0d98c7b78bb83de',
    'coding-sequences.txt': '2cfada735307205a3da21eba5bc11f9ad7a87fe77ac7ac33a950ca4527ac5f07',
    'genes.records': '56e529dd83636f441aea4673c1a6354c8bd4c7dbff843100c25b42c595d910d9',
    'manifest.json': '41c5ca5a900d6ff04f5bc37e905ca5f665bc12a7e5361573824970166ff34669',
    'roles.records': '4a85964202d44345b967ffddde12a035d722f466a1be56d22fa04da4dff9cfb4',
  },
  hereditary: {
    'genes.records': '8e537e116db0b954048df86ed4b9c70f22b0fa27bae7c86af5c90aaa0e4691bf',
    'manifest.json': '6c3b5d0f47c2df053d3394d23753450536cb661aecd35084bb3f578da0d1ca74',
    'phenotypes.records': 'f74bca6511dc6e9ad5909b02ab84da9be7607a18ea5f06868eb5596152650f22',
    'terms.records': '4e658f186f7cf09d004440d1060c95f9e44d2597c13e9daab7b801888ae28221',
  },
  hotspots: {
    'codons.records': 'a6db5e06a2cdaa893a5a524a832ad0ca6fa085c300a2b97c9fc916208a854de2',
    'hotspots.records': 'c4ffb0931853a149c352d9e34830202f5dea8badeaf8016d30207b03c5672405',
    'manifest.json': 'a10c23eb066081f1a16d57171bf68df10a3e7337fd8c55b99f62154174efe9be',
  },
  'immune-signatures': {
    'immune.records': '5804af9454ed865ec17936ec01881642433f72ec2298fcf16231a8287d699f97',
    'manifest.json': '27db625a1f6f0a483c2e063d5dcb3d12c2dbc7462bc039700c0a377665eea223',
  },
  liftover: {
    'grch37-to-grch38.chain': '97f5a455ba2830fa28c6cd49ba7b5164d7ca9d776dcc4d8788b4f8055739eca2',
    'grch38-to-grch37.chain': 'd2756d279be3aa8bda5c96c0c02dec894a88d874e12e4b4f9e8b99a87cb79cf5',
    'manifest.json': 'a891d1f8dc2b9ae3c22bbd1e160007b058a449933db581ea505434d6ad19b526',
  },
  oncotree: {
    'manifest.json': '61121918acab7b555d7b512bd0e37a02e0be548ff12eb5532eae25356ddc9632',
    'tumor-types.records': '24b705a4874b8c28e8e9deb94bf17a61773a845a44289ab803e0f6d2338929fc',
  },
  pharmacogenes: {
    'definitions.records': 'c49c704d03bd4480961f24fe9f61c20f514bdb07aa80db4e11318ff94e5ebba6',
    'manifest.json': 'f50f50e1fd4fdd6511866f8eee667ccb7f340516e8fc6097b2c79c76b11bf8db',
    'phenotypes.records': '6ca77171d3426e7e886a9d9682434ea4ad5261b175f9da76445848f5f63fbc0a',
    'recommendations.records': '5154a0415bb6aa241d22d2e470694c77774e4fd18612646344a2d1d02e585aa1',
  },
  signatures: {
    'channels.records': '2e2f559c5a1b646bacf1003b2b2174d73ceaf3ed96566cbc6674c6ee942ca289',
    'manifest.json': '236d8f8b2ba120be701c511a6eb1fa5ab7f53e119876d8c72e7ca253d8c501af',
    'signatures.records': 'ff0d196adbf5413d12c1275420cc83744c850709987cc8939bf7c9a93708bdc9',
  },
};
