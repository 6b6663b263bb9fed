/**
 * The CPU SIMD machine: a program's ops as loops over one tile of lanes, one vector wide. Tiles
 * enter through {@link org.fieldstream.kernels.machine.vector.VectorExecutable}; each op is one
 * {@code TileOp}.
 */
@NullMarked
package org.fieldstream.kernels.machine.vector;

import org.jspecify.annotations.NullMarked;
