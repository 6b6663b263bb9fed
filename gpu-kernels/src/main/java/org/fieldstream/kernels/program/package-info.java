/**
 * Lattice programs: a builder enters ops over values of shape {@code [channel][site]} per lane, a
 * planned, machine-independent {@link org.fieldstream.kernels.program.Program} leaves. Start here:
 * {@link org.fieldstream.kernels.program.ProgramBuilder}; the meaning of each op is in {@link
 * org.fieldstream.kernels.program.OpCode}.
 */
@NullMarked
package org.fieldstream.kernels.program;

import org.jspecify.annotations.NullMarked;
