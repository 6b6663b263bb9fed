/**
 * Benchmarks of single ops on {@link org.fieldstream.kernels.machine.VectorMachine}, with JMH. From
 * the root of the project:
 *
 * <pre>
 * mvn -Pjmh -pl gpu-kernels test-compile exec:exec
 * mvn -Pjmh -pl gpu-kernels test-compile exec:exec -Djmh.args="Convolution -p threads=1 -prof gc"
 * </pre>
 *
 * <p>{@code JAVA_HOME} chooses the JVM. The columns {@code gflop} and {@code gsite} are rates per
 * second: floating-point operations as {@link org.fieldstream.kernels.program.OpCost} counts them,
 * and lattice sites of all lanes; {@code -prof gc} shows that a warm run allocates next to nothing.
 * Start here: {@link org.fieldstream.kernels.bench.Work}.
 */
@NullMarked
package org.fieldstream.kernels.bench;

import org.jspecify.annotations.NullMarked;
