/** Written by models/knowledge/build/pin.ts: SHA-256 of each file of each shipped pack. Not edited by hand. */
export const pinnedPacks: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  civic: {
    'diseases.json': 'a36fec43160bdede8a75996948f21ea5a6d5766a1c066277543052cdc26d9255',
    'evidence.json': '66bbcc5f97ae0d1b73921091c9cd41d2a00e9b297072c4709d83aa3442c5bf71',
    'manifest.json': 'a5eedcdb7f0283e2122d0b8a31ad60b220dc30291a9ba5598235a524de64ad2e',
  },
  genes: {
    'aliases.json': '0a2bd117c506d6f08679abc7a8f8c790e81586bca351ec4b9dd9b5585a34af26',
    'coding-sequences.txt': '2cfada735307205a3da21eba5bc11f9ad7a87fe77ac7ac33a950ca4527ac5f07',
    'genes.json': 'a0f0703b436e8de54cc5ea1762da340631d5655efc4fd0a1ff8114dc123aea04',
    'manifest.json': '2a8e8fee2d0b7bd38a3dbf14f1f860539fa444284035fd3a0184d908302944a2',
    'roles.json': 'fafa1085d7a47a1e7440e232ac92a0943076c07d8f66218906513f34ba9a6cd6',
  },
  oncotree: {
    'manifest.json': '3b317afd13fa4034b1160d43e155d00122bb5736ac9e468e2881d2cb1d45ff1f',
    'tumor-types.json': '6be7798240dc4c3e70930321fe51657c64179ae0b612fc59f543709a8272bd6a',
  },
};
