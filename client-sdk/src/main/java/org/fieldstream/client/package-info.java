/**
 * The client program. Command-line arguments enter; the exit status leaves.
 *
 * <p>Start here: {@link org.fieldstream.client.Main}; the Java SDK is {@link
 * org.fieldstream.client.sdk}, the commands are in {@link org.fieldstream.client.cli}.
 */
@NullMarked
package org.fieldstream.client;

import org.jspecify.annotations.NullMarked;
