/**
 * The machines that run lattice programs. A program and lanes enter, the lanes' outputs leave.
 * Start here: {@link org.fieldstream.kernels.machine.Machine}, then {@link
 * org.fieldstream.kernels.machine.Machines} to open one, {@link
 * org.fieldstream.kernels.machine.VectorMachine} for CPUs and {@link
 * org.fieldstream.kernels.machine.AparapiMachine} for OpenCL devices; {@link
 * org.fieldstream.kernels.machine.ReferenceMachine} says in plain loops what each op means.
 */
@NullMarked
package org.fieldstream.kernels.machine;

import org.jspecify.annotations.NullMarked;
