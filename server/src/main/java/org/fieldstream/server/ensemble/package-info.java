/**
 * Ensembles: configurations kept on disk, made here or elsewhere. Batches enter, are checked and
 * measured; configurations in Monte Carlo order, estimates and files for other programs leave.
 *
 * <p>An ensemble is a directory {@code DATA/ensembles/NAME} of plain files, all numbers
 * little-endian:
 *
 * <ul>
 *   <li>{@code ensemble.json}: target, number format, exactness, who made it; see {@link
 *       org.fieldstream.server.ensemble.EnsembleSpec}
 *   <li>{@code fields.bin}: configuration after configuration, {@code [components][L0][L1]...} in C
 *       order, without a header: {@code numpy.fromfile(f, '<f4')}
 *   <li>{@code index.bin}: 40 bytes for each configuration, see {@link
 *       org.fieldstream.server.ensemble.IndexRecord}
 *   <li>{@code measured.bin}: the theory's observables of each configuration, binary64, by the
 *       names in {@code ensemble.json}; made again from the fields where it is missing
 *   <li>{@code certificate.json}: what the last certification found
 * </ul>
 *
 * A configuration is in the ensemble when its index record is whole, and the record is written when
 * everything else is on the disk; so a crash costs at most what nobody was told is durable.
 *
 * <p>Start here: {@link org.fieldstream.server.ensemble.EnsembleStore}, then {@link
 * org.fieldstream.server.ensemble.Ensemble} to read, {@link org.fieldstream.server.ensemble.Push}
 * to write.
 */
@NullMarked
package org.fieldstream.server.ensemble;

import org.jspecify.annotations.NullMarked;
