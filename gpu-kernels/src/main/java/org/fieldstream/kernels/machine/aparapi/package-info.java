/**
 * Lattice programs through Aparapi: one kernel whose passes are the program's ops. A program and
 * lanes enter, outputs leave. Start here: {@link
 * org.fieldstream.kernels.machine.aparapi.LatticeKernel} for what a device runs, {@link
 * org.fieldstream.kernels.machine.aparapi.PassTable} for how a program becomes passes, {@link
 * org.fieldstream.kernels.machine.aparapi.AparapiExecutable} for a run. What limits each op on a
 * GPU, as an estimate: {@code GPU.md} in this module.
 */
@NullMarked
package org.fieldstream.kernels.machine.aparapi;

import org.jspecify.annotations.NullMarked;
