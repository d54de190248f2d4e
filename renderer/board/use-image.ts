import { useQuery } from '@tanstack/react-query';
import { FaultError } from '../../shared/foundation/fault.ts';
import type { CaseId } from '../../shared/foundation/ids.ts';
import { fetchBlob } from '../app/client.ts';
import { useWorkstation } from '../app/workstation.tsx';
import { type DicomImage, readDicom } from './dicom.ts';

export type OpenedImage =
  | { readonly kind: 'dicom'; readonly image: DicomImage }
  | { readonly kind: 'raster'; readonly image: ImageBitmap };

/** Fetches one image of the bundle and reads it; what cannot be shown fails with its reason. */
export function useImage(caseId: CaseId, path: string) {
  const { client } = useWorkstation();
  return useQuery({
    queryKey: ['image', caseId, path],
    queryFn: async (): Promise<OpenedImage> => {
      const ticket = await client.case.image({ caseId, path });
      const blob = await fetchBlob(ticket);
      if (ticket.mediaType !== 'application/dicom') return { kind: 'raster', image: await createImageBitmap(blob) };
      const read = readDicom(new Uint8Array(await blob.arrayBuffer()), path);
      if (!read.ok) throw new FaultError(read.fault);
      return { kind: 'dicom', image: read.value };
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
