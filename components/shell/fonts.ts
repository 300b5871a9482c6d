import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';

/** Class names of <html>, which say where the fonts of globals.css are. */
export const FONTS = `${GeistSans.variable} ${GeistMono.variable}`;
