/**
 * Lattice compute: programs of per-site kernels and the machines that run them. Start here: {@link
 * org.fieldstream.kernels.program.ProgramBuilder} and {@link
 * org.fieldstream.kernels.machine.Machine}.
 */
@NullMarked
package org.fieldstream.kernels;

import org.jspecify.annotations.NullMarked;
