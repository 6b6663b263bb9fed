/**
 * The CPU SIMD machine: a program's ops as loops over one tile of lanes, one vector wide. Tiles
 * enter through {@link org.fieldstream.kernels.machine.vector.VectorExecutable}; each group of ops
 * ({@link org.fieldstream.kernels.program.Groups}) is one {@code TileOp}. Ops that work site by
 * site are a {@code Strip} of {@code StripOp}s, some of them several ops in one loop ({@code
 * Fused}).
 */
@NullMarked
package org.fieldstream.kernels.machine.vector;

import org.jspecify.annotations.NullMarked;
