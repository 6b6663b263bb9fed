/**
 * Geometry of periodic hypercubic lattices: extents enter, site tables leave. Start here: {@link
 * org.fieldstream.kernels.lattice.Lattice}, then {@link org.fieldstream.kernels.lattice.Stencil}
 * and {@link org.fieldstream.kernels.lattice.Colouring}.
 */
@NullMarked
package org.fieldstream.kernels.lattice;

import org.jspecify.annotations.NullMarked;
