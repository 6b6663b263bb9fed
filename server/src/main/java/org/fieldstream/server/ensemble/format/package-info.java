/**
 * Ensembles in the files of other programs: a stored ensemble enters and a file or a directory
 * leaves, and the other way round. One class a format; ILDG/LIME files of gauge fields would be one
 * more.
 *
 * <p>Start here: {@link org.fieldstream.server.ensemble.format.EnsembleFormat}.
 */
@NullMarked
package org.fieldstream.server.ensemble.format;

import org.jspecify.annotations.NullMarked;
