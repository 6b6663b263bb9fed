package org.fieldstream.server.http;

/**
 * Something that wants a person's attention.
 *
 * @param stream number of the stream that it is about; 0 for the server
 * @param name what is wrong, a few words
 * @param text the figures
 * @param remedy what to do
 */
public record Notice(int stream, String name, String text, String remedy) {}
